import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { otherPolicy } from '../../support/policies';
import { waitFor } from '../../support/wait-for';
import type { Part } from '../history';
import type { House } from '../house';
import { migrateWithOneMore, vongGac } from '../operator';
import { ONE_MORE } from '../variants';
import { AWAY_MS, INTAKE_ALONE, PROCESS_MS, type Done, type Kind, type Scene } from './context';

const upkeep = (name: string, breaks: readonly Part[], allowMs: number, needs: readonly string[], does: (scene: Scene, chance: number) => Promise<Done>, repeats?: Kind['repeats']): Kind => ({
  name,
  breaks,
  allowMs,
  repeats,
  plan: (random) => {
    const chance = random.next();
    return { needs, does: (scene) => does(scene, chance) };
  },
});

/** One process after the other, each only when the one before is ready again: how a new version comes. */
async function rolling({ house }: Scene): Promise<Done> {
  const all = [...house.intakes, ...house.dispatches, house.api];
  for (const each of all) {
    await each.restart();
    await each.ready();
  }
  return { detail: `${all.length} processes` };
}

const DATABASE = ['postgres', 'cable to Postgres'];

async function again({ house }: Scene): Promise<Done> {
  const { code, out, err } = await vongGac(house, 'migrate', '--json');
  return { detail: out.trim(), wrong: code === 0 && out.includes('"ran":[]') ? undefined : `ended with ${code}: ${out}${err}` };
}

const isThere = async ({ database }: House): Promise<boolean> => (await database.query('SELECT FROM migrations WHERE name = $1', [ONE_MORE.name])).length === 1;
const hasColumn = async ({ database }: House): Promise<boolean> => (await database.query(`SELECT FROM information_schema.columns WHERE table_name = 'incidents' AND column_name = 'faults_note'`)).length === 1;
const sleeps = async ({ database }: House): Promise<boolean> => (await database.query(`SELECT FROM pg_stat_activity WHERE application_name = 'vong-gac migrate' AND wait_event = 'PgSleep'`)).length === 1;

/** A lock that it cannot have, or a deadlock, ends a migration with nothing done: its operator starts it again. */
const TRIES = 5;

async function migrated(house: House, holdsMs: number): Promise<string | undefined> {
  let said = '';
  for (let left = TRIES; left > 0; left -= 1) {
    const { code, err } = await migrateWithOneMore(house, holdsMs).ran;
    if (code === 0) return (await isThere(house)) && (await hasColumn(house)) ? undefined : 'said that it was done, and it was not';
    said = err;
  }
  return `did not come through in ${TRIES} tries: ${said}`;
}

async function undone({ database }: House): Promise<void> {
  for (const statement of ONE_MORE.down) await waitFor(async () => (await database.execute(statement), true), { what: `"${statement}"`, timeoutMs: 30_000 });
}

const UNDER_LOAD = 'a new migration under load';

/** The tables that intake writes to are changed under it, and locked for a while. */
async function underLoad({ house }: Scene, chance: number): Promise<Done> {
  const holdsMs = Math.round(200 + chance * 3_000);
  const wrong = await migrated(house, holdsMs);
  await undone(house);
  return { detail: `locks held for ${holdsMs} ms`, wrong };
}

/** Killed while it holds its locks: nothing of it may stay, and the next one does all of it. */
async function killed({ house }: Scene, chance: number): Promise<Done> {
  const holdsMs = Math.round(500 + chance * 1_500);
  const first = migrateWithOneMore(house, holdsMs);
  const reached = await waitFor(() => sleeps(house), { what: 'the migration to hold its locks', timeoutMs: 20_000 }).catch(() => false);
  first.kill();
  const { code } = await first.ran;
  const wrong = (await isThere(house)) && !(await hasColumn(house)) ? 'is noted as done, and what it does is not there' : await migrated(house, 0);
  await undone(house);
  return reached ? { detail: `it held its locks, and then for ${holdsMs} ms nobody's`, wrong } : { instead: UNDER_LOAD, detail: `not killed: it had not begun (exit ${code})`, wrong };
}

/** Other points for a theft: enough to see who graded by what, too little to alert, also where a flood of them is no chance any more (20 points). */
const policyDocument = (version: number): string => otherPolicy({ id: 'faults', version, theft: 20 + (version % 10) });

/** A frozen intake holds its transaction for so long that an activation may wait; an instant that has passed meanwhile is refused, rightly. */
const LEAD_MS = 12_000;

/** Another policy from now on, or from a moment on that is to come, while events keep coming; the round's checker asks of each event by which one it was graded. */
async function activated({ house }: Scene, chance: number): Promise<Done> {
  const version = 1 + (Math.round(Date.now() / 1_000) % 1_000_000); // another one each time: an id and version never change their text
  const dir = await mkdtemp(join(tmpdir(), 'vong-gac-faults-'));
  try {
    const file = join(dir, 'policy.yaml');
    await writeFile(file, policyDocument(version));
    const from = chance < 0.5 ? [] : ['--from', new Date(Date.now() + LEAD_MS + Math.round(chance * 2_000)).toISOString()];
    const { code, out, err } = await vongGac(house, 'policy', 'activate', file, '--by', 'faults', '--why', 'to see who follows', ...from, '--json');
    const { effectiveAt } = code === 0 ? (JSON.parse(out) as { effectiveAt: string }) : { effectiveAt: '' };
    return { detail: `faults@${version} from ${effectiveAt}`, wrong: code === 0 ? undefined : `ended with ${code}: ${out}${err}` };
  } finally {
    await rm(dir, { recursive: true });
  }
}

const HEAPS_MIB = ['20', '24', '32'] as const;

/** Reports with long descriptions, some kilobytes each: more than so small a heap holds at once. */
async function smallHeap({ house, resorts }: Scene, chance: number): Promise<Done> {
  const process = house.intakes[chance < 0.5 ? 0 : 1];
  const heap = HEAPS_MIB[Math.floor(chance * 1_000) % HEAPS_MIB.length] ?? HEAPS_MIB[0];
  if (process === undefined) throw new Error('there is no intake');
  const before = process.deaths;
  await process.restart({ FAULTS_HEAP_MIB: heap });
  for (let part = 0; part < 4; part += 1) await resorts.send(Array.from({ length: 250 }, () => resorts.events.sized(12_000)));
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const deaths = process.deaths - before;
  await process.restart();
  return deaths > 0 ? { detail: `${process.name} with ${heap} MiB: it died ${deaths} times` } : { instead: 'a flood', detail: `${process.name} with ${heap} MiB: they were enough` };
}

export const UPKEEP_KINDS: readonly Kind[] = [
  upkeep('rolling restart', ['intake', 'dispatch', 'api'], PROCESS_MS, ['intake 0', 'intake 1', 'dispatch 0', 'dispatch 1', 'api 0'], rolling, 'never'),
  upkeep('migrated again under load', ['postgres'], PROCESS_MS, DATABASE, again, 'never'),
  upkeep(UNDER_LOAD, ['postgres'], AWAY_MS, DATABASE, underLoad),
  upkeep('kill -9 in a migration', ['postgres'], AWAY_MS, DATABASE, killed),
  upkeep('another policy', ['intake'], PROCESS_MS, DATABASE, activated),
  upkeep('small heap and a flood', ['intake'], PROCESS_MS, INTAKE_ALONE.slice(0, 2), smallHeap),
];
