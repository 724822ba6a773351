/** Nest tokens of what is not a class. */
export const PUBLIC_URL = Symbol('public url');
export const LOGGER = Symbol('logger');
export const METRICS = Symbol('metrics');
