import { waitFor } from '../../support/wait-for';
import type { Disk, Disks } from '../disks';
import type { House } from '../house';
import { AWAY_MS, pause, type Kind } from './context';

const BACK_MS = 60_000;
/** Each switch begins a new file of the log, of 16 MiB: files that were made before are soon used up. */
const SWITCHES_MAX = 60;

const full = (name: string, of: (disks: Disks) => Disk, meanwhile: (house: House, ms: number) => Promise<Met>): Kind => ({
  name,
  breaks: ['postgres'],
  allowMs: AWAY_MS,
  plan: (random) => {
    const ms = random.between(1_500, 4_000);
    return {
      needs: ['postgres'],
      does: async ({ house }) => {
        if (house.disks === null) return { detail: 'this user may not mount', impossible: true };
        const disk = of(house.disks);
        await disk.fill();
        const what = await meanwhile(house, ms);
        await disk.free();
        // Where Postgres ended over it, its operator starts it again.
        await waitFor(async () => (await house.stack.postgres.start(), await house.database.query('SELECT 1')).length === 1, { what: 'Postgres to be back after its disk was full', timeoutMs: BACK_MS, intervalMs: 200 });
        return { detail: `for ${ms} ms: ${what.met}`, ...(what.full ? {} : { impossible: true }) };
      },
    };
  },
});

/** What was met: was it full? */
interface Met {
  full: boolean;
  met: string;
}

/** Says what an insert meets while the disk is full: rows that still fit into pages that were there before are written. */
async function rowsFull({ database }: House, ms: number): Promise<Met> {
  const end = Date.now() + ms;
  let refusal = '';
  while (Date.now() < end) {
    await database.execute('CREATE TABLE faults_ballast TABLESPACE small_disk AS SELECT repeat(md5(i::text), 50) AS text FROM generate_series(1, 1000) i').catch((error: Error) => void (refusal = error.message));
    await database.execute('DROP TABLE IF EXISTS faults_ballast').catch(() => undefined);
    await pause(200);
  }
  return { full: refusal !== '', met: refusal || 'every row found room in the pages there were' };
}

async function logFull({ database }: House, ms: number): Promise<Met> {
  let [switches, refusal] = [0, ''];
  const end = Date.now() + ms;
  while (refusal === '' && switches < SWITCHES_MAX) {
    // A switch of a file with nothing in it does nothing: a message is written first.
    await database.query("SELECT pg_logical_emit_message(false, 'faults', 'x', true), pg_switch_wal()").catch((error: Error) => void (refusal = error.message));
    switches += 1;
  }
  await pause(Math.max(0, end - Date.now()));
  return { full: refusal !== '', met: `${switches} files of the log, then ${refusal || 'nothing happened'}` };
}

export const DISK_KINDS: readonly Kind[] = [
  full("Postgres's disk full: rows", ({ rows }) => rows, rowsFull),
  full("Postgres's disk full: log", ({ log }) => log, logFull),
];
