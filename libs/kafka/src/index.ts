export * from './chunk';
