import type { KafkaProducer } from '@vong-gac/kafka';
import { waitFor } from '../support/wait-for';
import { FIRST_TOLD } from './check/alerts';
import { before, dumpOf, isOf } from './dump';
import { reportOf, type Dump, type Fault, type History } from './history';
import type { House } from './house';
import { Officer } from './officer';
import type { Done, Scene } from './kinds/context';
import type { PlannedFault } from './plan';
import { Resorts } from './resorts';
import { RoundLog } from './round-log';
import { ToldLog } from './told-log';
import type { Witness } from './witness';

const QUIET_BEFORE_MS = 800;
/** After the last fault everything must be settled and told within this; if it is not, the checker says what is missing. */
const SETTLED_WITHIN_MS = 60_000;

export interface Round {
  seed: number;
  /** Faults of the seed before whose time to be overcome is not over yet: they excuse what they did, and are counted there. */
  earlier?: readonly Fault[];
  faults: readonly PlannedFault[];
  /** Told before anything is published (negative controls). */
  settledWithinMs?: number;
  say: (line: string) => void;
  /** Instead of the ordinary evening. */
  script?: (resorts: Resorts) => Promise<void>;
}

/** One seed: an evening with faults, then quiet, then what became of it. */
export async function runRound(house: House, witness: Witness, producer: KafkaProducer, round: Round): Promise<History> {
  const prefix = `s${round.seed}`;
  for (const each of [...house.intakes, ...house.dispatches, house.api]) await each.ready();
  const startedAt = Date.now();
  const log = await RoundLog.open(house.inside, witness, house.database);
  const told = await ToldLog.open(house.inside);
  const since = await before(house.database);
  const firstHit = house.police.map(({ hits }) => hits.length);
  const apiUrl = `http://127.0.0.1:${house.http.port}`;
  const officer = new Officer(apiUrl);
  for (const each of house.police) each.onTaken = (data) => reportOf(data.incident.eventId).startsWith(`${prefix}-`) && officer.reads(data);
  const resorts = new Resorts(prefix, round.seed, producer, apiUrl);

  const faults: Fault[] = [];
  if (round.script === undefined) {
    resorts.open();
    await pause(QUIET_BEFORE_MS);
    await happen(round.faults, { house, resorts, log, witness }, faults, round.say);
  } else await round.script(resorts);
  const over = Date.now();
  await resorts.stop();
  const end = Date.now() + (round.settledWithinMs ?? SETTLED_WITHIN_MS);
  let [quiet, dump] = await becameOf();
  // An alert may go up while it is read what became of it: then that is waited for too.
  while (dump.deliveries.some(({ state }) => state === 'waiting') && Date.now() < end) [quiet, dump] = await becameOf();
  async function becameOf(): Promise<[at: number, dump: Dump]> {
    await settled(house, witness, officer, prefix, Math.max(0, end - Date.now())).catch((error: Error) => round.say(error.message));
    const at = Date.now();
    await log.keep();
    return [at, await dumpOf(house.database, prefix, since)];
  }

  const written = new Set(dump.deliveries.map(({ id }) => id));
  /** Also what the database knows nothing of; but not what was written after it was read: an alert may go up then. */
  const isOfSeed = ({ deliveryId, body }: { deliveryId: string; body: string }): boolean => {
    const { cause, writtenAt } = aboutOf(body);
    return written.has(deliveryId) || (writtenAt < quiet && cause !== undefined && reportOf(cause).startsWith(`${prefix}-`));
  };
  const seconds = (from: number, to: number) => `${((to - from) / 1_000).toFixed(1)} s`;
  round.say(`seed ${round.seed}: faults for ${seconds(startedAt, over)}, ${seconds(over, quiet)} until all was settled, ${seconds(quiet, Date.now())} to read what became of it`);
  return {
    seed: round.seed, startedAt, endedAt: Date.now(), publications: resorts.all, log: log.all(dump.ledger),
    hits: house.police.flatMap(({ hits }, i) => hits.slice(firstHit[i])).filter(isOfSeed),
    told: (await told.all()).filter(isOfSeed),
    officer: officer.actions,
    samples: witness.samples.filter(({ at }) => at >= startedAt),
    faults: [...(round.earlier ?? []).filter(({ endedAt, allowMs }) => endedAt + allowMs >= startedAt), ...faults], crashes: house.crashes.take(),
    dump,
  };
}

/** The event that a message is about (a test message: none), and when it was written. */
function aboutOf(body: string): { cause: string | undefined; writtenAt: number } {
  const { time, data }: { time: string; data?: { incident?: { eventId?: string } } } = JSON.parse(body);
  return { cause: data?.incident?.eventId, writtenAt: Date.parse(time) };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Each fault begins when its time has come and what it needs is free. */
async function happen(planned: readonly PlannedFault[], scene: Scene, faults: Fault[], say: Round['say']): Promise<void> {
  const busy = new Map<string, Promise<void>>();
  const all: Promise<void>[] = [];
  for (const { kind, afterMs, needs, does } of planned) {
    await pause(afterMs);
    const turn = Promise.all(needs.map((each) => busy.get(each))).then(async () => {
      const began = Date.now();
      // One that could not be done as planned is told like a violation, and the run goes on.
      const { instead, at = began, endedAt, prelude, impossible, ...done }: Done = await does(scene).catch((error: Error) => ({ detail: 'not as planned', wrong: `could not be done as planned: ${error.message}` }));
      if (impossible) say(`${kind.name}: not possible: ${done.detail}`);
      else {
        const { breaks, allowMs, repeats, light, cable } = kind;
        if (prelude !== undefined) faults.push({ ...prelude, breaks, at: began, allowMs, detail: `before ${kind.name}`, repeats: 'never', prelude: true });
        faults.push({ repeats, light, cable, ...done, kind: instead ?? kind.name, breaks, at, endedAt: endedAt ?? Date.now(), allowMs });
      }
    });
    for (const each of needs) busy.set(each, turn);
    turn.catch(() => undefined); // awaited below
    all.push(turn);
  }
  await Promise.all(all);
}

const LEFT = `
SELECT (SELECT count(*)::int FROM deliveries d JOIN alerts a ON a.id = d.alert_id WHERE d.state = 'waiting' AND ${isOf('a.first_id')}) AS waiting,
  (SELECT count(*)::int FROM alerts a JOIN receivers r ON r.body_id = $2 AND r.kind = 'webhook' AND r.disabled_at IS NULL
   WHERE ${isOf('a.first_id')} AND a.alert_status IN ('pending', 'delivered')
     AND NOT EXISTS (SELECT FROM deliveries d WHERE d.alert_id = a.id AND d.receiver_id = r.id AND d.raise_event_id = a.raise_event_id AND d.change IN ('raised', 'escalated'))) AS untold`;

/** Until all that was published is settled, all that must be told is told, and the officer rests. */
async function settled(house: House, witness: Witness, officer: Officer, prefix: string, timeoutMs: number): Promise<void> {
  const left = async (): Promise<string[]> => {
    const open = await witness.unsettled();
    const [row] = await house.database.query<{ waiting: number; untold: number }>(LEFT, [`${prefix}-%`, FIRST_TOLD]);
    const { waiting = 0, untold = 0 } = row ?? {};
    return [...open, ...(waiting > 0 ? [`${waiting} deliveries wait`] : []), ...(untold > 0 ? [`${untold} messages of open alerts are to be written for receivers that were off`] : [])];
  };
  let last: string[] = ['nothing was looked at yet'];
  const quiet = async () => (last = await left()).length === 0;
  try {
    await waitFor(quiet, { what: 'everything to be settled', timeoutMs, intervalMs: 250 });
    await officer.rest();
    await waitFor(quiet, { what: 'everything to be settled', timeoutMs, intervalMs: 250 });
  } catch (error) {
    throw new Error(`not settled within ${timeoutMs / 1_000} s: ${last.slice(0, 5).join('; ')}`, { cause: error });
  }
}
