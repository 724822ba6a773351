export * from './env';
export * from './health';
export * from './logger';
export * from './run-service';
export * from './service-env';
