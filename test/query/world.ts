import { kafkaBrokers, startService, type Service } from '../support';
import { chunkOf, intakeWorld, type Value, type World as IntakeWorld } from '../intake/world';

/** An answer of the api. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON; the caller vouches for the shape. */
  json<T = Record<string, unknown>>(): T;
}

/** The api as a process, on a database that the suite fills by intake's own code. */
export interface QueryWorld {
  api: Service;
  intake: IntakeWorld;
  /** Settles events in order, as one chunk, as if they had come through Kafka. */
  settle(...events: Value[]): Promise<void>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  call(path: string, init: RequestInit): Promise<Answer>;
}

export async function queryWorld(env: Record<string, string> = {}, options: { situations?: boolean } = {}): Promise<QueryWorld> {
  const intake = await intakeWorld(options);
  const api = await startService('api', { KAFKA_BROKERS: kafkaBrokers(), DATABASE_URL: intake.url, ...env });
  await api.ready();
  let next = 0;
  const call = (path: string, init: RequestInit) => callAt(api.url, path, init);
  return {
    api,
    intake,
    async settle(...events) {
      const verdict = await intake.settle(chunkOf(next, events));
      next += events.length;
      if (verdict.do !== 'advance' || verdict.nextOffset !== next) throw new Error(`the chunk was not settled: ${JSON.stringify(verdict)}`);
    },
    get: (path, headers = {}) => call(path, { headers }),
    post: (path, body, headers = {}) => call(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } }),
    call,
  };
}

export async function callAt(base: string, path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${base}${path}`, { redirect: 'manual', ...init });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: <T>() => JSON.parse(text) as T };
}

/** The words by which a page of items is compared. */
export interface Page<T> {
  items: T[];
  next: string | null;
}
