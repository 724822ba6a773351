import type { KafkaProducer } from '@vong-gac/kafka';
import { waitFor } from '../support/wait-for';
import { dumpOf } from './dump';
import type { Fault, History } from './history';
import type { House } from './house';
import { readLog } from './log-reader';
import { Officer } from './officer';
import type { PlannedFault } from './plan';
import { Resorts } from './resorts';
import type { Witness } from './witness';

const QUIET_BEFORE_MS = 1_500;
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
  const from = new Map((await ends(witness)).map(({ topic, partition, endOffset }) => [`${topic}/${partition}`, endOffset]));
  const [firstHit, firstCrash] = [house.police.map(({ hits }) => hits.length), house.crashes.length];
  const officer = new Officer(house.api.url);
  for (const each of house.police) each.onTaken = (data) => data.incident.eventId.startsWith(`${prefix}-`) && officer.reads(data);
  const resorts = new Resorts(prefix, round.seed, producer, house.api.url);

  const faults: Fault[] = [];
  if (round.script === undefined) {
    resorts.open();
    await pause(QUIET_BEFORE_MS);
    await happen(round.faults, { house, resorts }, faults);
  } else await round.script(resorts);
  await resorts.stop();
  await settled(house, witness, officer, prefix, round.settledWithinMs ?? SETTLED_WITHIN_MS).catch((error: Error) => round.say(error.message));

  const stretches = (await ends(witness)).map(({ topic, partition, endOffset }) => ({ topic, partition, from: from.get(`${topic}/${partition}`) ?? 0, to: endOffset }));
  const log = await readLog(house.inside, stretches);
  const dump = await dumpOf(house.database, prefix);
  const inRound = ({ topic, partition, offset }: { topic: string; partition: number; offset: number }) => offset >= (from.get(`${topic}/${partition}`) ?? 0);
  const deliveries = new Set(dump.deliveries.map(({ id }) => id));
  return {
    seed: round.seed, startedAt, endedAt: Date.now(), publications: resorts.all, log,
    hits: house.police.flatMap(({ hits }, i) => hits.slice(firstHit[i])).filter(({ deliveryId }) => deliveries.has(deliveryId)),
    officer: officer.actions,
    samples: witness.samples.filter(({ at }) => at >= startedAt),
    faults: [...(round.earlier ?? []).filter(({ endedAt, allowMs }) => endedAt + allowMs >= startedAt), ...faults], crashes: house.crashes.slice(firstCrash),
    dump: { ...dump, quarantine: dump.quarantine.filter(inRound) },
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const ends = (witness: Witness) => waitFor(() => witness.ends(), { what: 'Kafka to say where its topics end', timeoutMs: 30_000 });

/** Each fault begins when its time has come and what it needs is free. */
async function happen(planned: readonly PlannedFault[], scene: { house: House; resorts: Resorts }, faults: Fault[]): Promise<void> {
  const busy = new Map<string, Promise<void>>();
  for (const { kind, afterMs, needs, does } of planned) {
    await pause(afterMs);
    const turn = (busy.get(needs) ?? Promise.resolve()).then(async () => {
      const at = Date.now();
      const done = await does(scene);
      faults.push({ kind: done.instead ?? kind.name, at, endedAt: done.endedAt ?? Date.now(), detail: done.detail, allowMs: kind.allowMs });
    });
    busy.set(needs, turn);
    turn.catch(() => undefined); // awaited below
  }
  await Promise.all(busy.values());
}

/** Until all that was published is settled, all that must be told is told, and the officer rests. */
async function settled(house: House, witness: Witness, officer: Officer, prefix: string, timeoutMs: number): Promise<void> {
  const left = async (): Promise<string[]> => {
    const open = await witness.unsettled();
    const [row] = await house.database.query<{ waiting: number }>("SELECT count(*)::int AS waiting FROM deliveries d JOIN alerts a ON a.id = d.alert_id WHERE d.state = 'waiting' AND a.first_id LIKE $1", [`${prefix}-%`]);
    return row === undefined || row.waiting === 0 ? open : [...open, `${row.waiting} deliveries wait`];
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
