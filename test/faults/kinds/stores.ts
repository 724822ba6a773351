import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase, type Database } from '@vong-gac/database';
import type { Cable } from '../../support/tcp-proxy';
import { waitFor } from '../../support/wait-for';
import type { Part } from '../history';
import type { House } from '../house';
import { answersLost, AWAY_MS, broken, pause, type Done, type Kind } from './context';

/** What a fault breaks that needs this. */
const BREAKS: Readonly<Record<string, Part>> = { 'cable to Kafka': 'kafka', 'cable to the api': 'api' };

const onStore = (name: string, needs: string, shortestMs: number, longestMs: number, does: (house: House, ms: number) => Promise<string | Done>, repeats?: Kind['repeats']): Kind => ({
  name,
  repeats,
  breaks: [BREAKS[needs] ?? 'postgres'],
  allowMs: AWAY_MS,
  plan: (random) => {
    const ms = random.between(shortestMs, longestMs);
    return {
      needs: [needs],
      does: async ({ house }) => {
        const done = await does(house, ms);
        return typeof done === 'string' ? { detail: done } : done;
      },
    };
  },
});

const stopped = (name: string, stop: (house: House) => Promise<void>): Kind => onStore(name, 'postgres', 200, 3_000, async (house, ms) => {
  await stop(house);
  await pause(ms);
  await house.stack.postgres.start();
  return `away for ${ms} ms and a start`;
});

/** SIGQUIT: every backend drops what it does, and the next start recovers from the log. */
async function immediate({ stack }: House): Promise<void> {
  const postmaster = Number(readFileSync(join(stack.dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  process.kill(postmaster, 'SIGQUIT');
  await waitFor(() => !lives(postmaster), { what: 'Postgres to stop at once' });
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A session of its own that a read-only default does not bind. */
async function asOperator<T>(house: House, work: (database: Database) => Promise<T>): Promise<T> {
  const database = openDatabase({ url: house.stack.databaseUrl, poolSize: 1, applicationName: 'faults operator', settings: { default_transaction_read_only: 'off' } });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** As any write, it is refused where nothing may be written. */
const CHANGES_NOTHING = 'UPDATE intake_ledger SET next_offset = next_offset WHERE false';

const readOnly = onStore('Postgres read-only', 'postgres', 1_000, 4_000, async (house, ms) => {
  const refusal = await asOperator(house, async (database) => {
    await database.execute('ALTER SYSTEM SET default_transaction_read_only = on');
    await database.execute('SELECT pg_reload_conf()');
    await pause(ms);
    const said = await house.database.execute(CHANGES_NOTHING).then(() => null, (error: Error) => error.message);
    await database.execute('ALTER SYSTEM RESET default_transaction_read_only');
    await database.execute('SELECT pg_reload_conf()');
    return said;
  });
  return refusal === null ? { detail: `for ${ms} ms: a write was taken`, impossible: true } : `for ${ms} ms: ${refusal}`;
});

/** Takes every connection that there is, those that others are thrown out of too. */
const exhausted = onStore('Postgres out of connections', 'postgres', 1_000, 4_000, async (house, ms) => {
  const held: Database[] = [];
  let refused = 0;
  const end = Date.now() + ms;
  while (Date.now() < end) {
    const one = openDatabase({ url: house.stack.databaseUrl, poolSize: 1, applicationName: 'faults crowd', statementTimeoutMs: 60_000 });
    try {
      await one.query('SELECT 1');
      held.push(one);
    } catch {
      await one.close().catch(() => undefined);
      // None is left: the services lose theirs, at each tenth refusal, and find no other.
      if (refused % 10 === 0) await held[0]?.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'vong-gac%'").catch(() => undefined);
      refused += 1;
      await pause(50);
    }
  }
  await Promise.all(held.map((each) => each.close().catch(() => undefined)));
  const detail = `${held.length} connections held, ${refused} refused, ${ms} ms`;
  return refused > 0 ? detail : { detail, impossible: true };
});

/** kill -9 of one backend: Postgres takes it for corruption, throws everybody out and recovers. */
const backendKilled = onStore('kill -9 of a Postgres backend', 'postgres', 0, 0, async (house) => {
  const [backend] = await house.database.query<{ pid: number }>("SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'vong-gac%' ORDER BY state LIMIT 1");
  if (backend === undefined) return { detail: 'no service had a connection', impossible: true };
  process.kill(backend.pid, 'SIGKILL');
  await waitFor(async () => (await house.database.query('SELECT 1')).length === 1, { what: 'Postgres to recover', timeoutMs: 30_000 });
  return `backend ${backend.pid}`;
});

/** Of the api what it took and could not answer: a resort sends the same event again, an officer asks again. */
const cable = (to: 'Kafka' | 'Postgres' | 'the api', of: (house: House) => Cable): Kind[] => {
  const needs = `cable to ${to}`;
  return [
    onStore(`cable to ${to} cut`, needs, 100, 3_000, (house, ms) => broken(of(house), ms, () => of(house).cut())),
    onStore(`${to} slow`, needs, 1_000, 4_000, (house, ms) => broken(of(house), ms, () => of(house).delay(150))),
    // What was claimed is learnt of when the cable heals, and what marks is done only then: another may have sent meanwhile.
    onStore(`${to} half open`, needs, 1_000, 8_000, (house, ms) => broken(of(house), ms, () => of(house).halfOpen('both')), to === 'Postgres' ? 'held' : undefined),
    // What was asked is done, and nobody learns of it: the answer of a COMMIT is lost.
    onStore(`answers of ${to} lost`, needs, 500, 3_000, (house, ms) => answersLost(of(house), ms)),
  ].map((kind) => ({ ...kind, cable: true }));
};

const COMMIT = 'COMMIT\0';
const SPRUNG_WITHIN_MS = 10_000;

/** Exactly the answer to a COMMIT is lost: what was written is there, and who wrote it does not know. */
const commitAnswerLost = (then: 'reset' | 'silence'): Kind => ({
  name: `answer of a COMMIT lost, then ${then}`,
  breaks: ['postgres'],
  cable: true,
  allowMs: AWAY_MS,
  plan: (random) => {
    const times = random.between(1, 5);
    return {
      needs: ['cable to Postgres'],
      does: async ({ house: { postgres } }) => {
        let lost = 0;
        for (; lost < times; lost += 1) {
          const sprung = await Promise.race([postgres.loseAnswerTo(COMMIT, then).then(() => true), pause(SPRUNG_WITHIN_MS).then(() => false)]);
          if (!sprung) break;
        }
        postgres.restore();
        return lost === 0 ? { detail: `nobody committed within ${SPRUNG_WITHIN_MS / 1_000} s`, impossible: true } : { detail: `${lost} times` };
      },
    };
  },
});

const brokerRestarted = (name: string, how: 'graceful' | 'kill'): Kind => onStore(name, 'cable to Kafka', 0, 1_000, async (house, ms) => {
  await house.stack.kafka.stop(how);
  await pause(ms);
  await house.stack.kafka.start();
  return `away for ${ms} ms and a start`;
});

export const STORE_KINDS: readonly Kind[] = [
  stopped('Postgres restarted', ({ stack }) => stack.postgres.stop('graceful')),
  stopped('Postgres stopped immediately', immediate),
  stopped('kill -9 of Postgres', ({ stack }) => stack.postgres.stop('kill')),
  backendKilled, readOnly, exhausted,
  ...cable('Postgres', ({ postgres }) => postgres),
  ...cable('Kafka', ({ kafka }) => kafka),
  ...cable('the api', ({ http }) => http),
  commitAnswerLost('reset'), commitAnswerLost('silence'),
  brokerRestarted('Kafka restarted', 'graceful'), brokerRestarted('kill -9 of Kafka', 'kill'),
];
