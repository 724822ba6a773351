export * from './decoded';
