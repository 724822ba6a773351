export const runtime = 'runtime';
