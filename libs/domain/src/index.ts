export * from './incident';
export * from './visitor-volume';
export * from './registry';
export * from './risk';
export * from './alert';
