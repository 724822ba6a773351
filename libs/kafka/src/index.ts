export const kafka = 'kafka';
