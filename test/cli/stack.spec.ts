import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { endStack, startStack, type StackOptions } from '../../apps/cli/src/stack';
import { readState } from '../../apps/cli/src/stack/state';
import { atEnd } from '../support';

describe('a native stack that was left running', () => {
  it('and lost one service gets that one back on its port, with its data, beside the other', async () => {
    const root = mkdtempSync(join(tmpdir(), 'vg-stack-'));
    const dir = join(root, 'stack');
    const said: string[] = [];
    const { KAFKA_BROKERS: _kafka, DATABASE_URL: _database, ...env } = process.env;
    const options: StackOptions = { dir, mode: 'native', owned: false, shortLived: true, env, log: (line) => said.push(line) };
    atEnd(async () => {
      await endStack(dir, { removeData: true });
      rmSync(root, { recursive: true, force: true });
    });
    const first = await startStack(options);
    await query(first.databaseUrl, 'CREATE TABLE kept (n int)');
    const kafka = readState(dir)?.processes.kafka;
    expect(kafka).toBeDefined();

    await first.postgres.stop('kill');
    const again = await startStack(options);
    expect(again).toMatchObject({ kafkaBrokers: first.kafkaBrokers, databaseUrl: first.databaseUrl });
    expect(readState(dir)?.processes.kafka).toEqual(kafka);
    expect(said).toContain('postgres has ended: starting it again');
    await query(again.databaseUrl, 'SELECT n FROM kept');
  });
});

async function query(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
