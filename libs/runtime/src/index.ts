export * from './env';
export * from './health';
export * from './logger';
export * from './run-service';
export * from './service-env';
export * from './retry-after';
export * from './webhook';
export * from './webhook-address';
