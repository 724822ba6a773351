import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { atEnd } from './at-end';

function given(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the suite as part of the pipeline project (npm run test:pipeline -- FILE), whose global setup sets it.`);
  return value;
}

/** The Kafka that all suites of this run share. */
export const kafkaBrokers = (): string => given('VG_TEST_KAFKA_BROKERS');

/** Suites share Kafka, across runs too: what they create has a name of its own. */
export const uniqueName = (base: string): string => `${base}-${randomBytes(4).toString('hex')}`;
export const uniqueTopicPrefix = (): string => `t${randomBytes(4).toString('hex')}.`;

export interface TestDatabase {
  url: string;
  name: string;
  /** Ends every session in it and removes it; kept with VG_KEEP=1, to look into it. */
  drop(): Promise<void>;
}

async function asAdmin(sql: string): Promise<void> {
  const client = new Client({ connectionString: given('VG_TEST_DATABASE_URL') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** A database of its own for a suite, dropped when the suite ends. */
export async function testDatabase(base = 'suite'): Promise<TestDatabase> {
  const name = uniqueName(`vg-${base}`).replaceAll(/[^a-z0-9]/g, '_');
  const url = new URL(given('VG_TEST_DATABASE_URL'));
  url.pathname = `/${name}`;
  await asAdmin(`CREATE DATABASE ${name}`);
  const drop = () => (process.env.VG_KEEP === '1' ? Promise.resolve() : asAdmin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  atEnd(drop);
  return { url: url.href, name, drop };
}
