import { join } from 'node:path';
import type { KafkaProducer } from '@vong-gac/kafka';
import { check } from './check';
import type { Fault, History } from './history';
import type { House } from './house';
import { PROCESS_MS } from './kinds/context';
import type { Resorts } from './resorts';
import { runRound } from './round';
import { BROKEN_WAYS, proofOf, type BrokenWay } from './variants';
import type { Witness } from './witness';

export interface ControlResult {
  name: BrokenWay | 'as-built';
  invariant: string;
  caught: boolean;
  /** What the checker said of it, or what it found instead. */
  says: string;
}

/** Seeds of controls are out of the way of the runs'. */
const FIRST_SEED = 900_000_000;
/** Long enough that a lease (8 s) runs out, where it does. */
const SETTLED_WITHIN_MS = 15_000;

/** A little of everything, some of it in one batch, so that a chunk holds several records. */
async function evening(resorts: Resorts): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    const { events } = resorts;
    const thefts = Array.from({ length: 30 }, () => events.theft());
    await resorts.send([...thefts, events.fire(), events.poison(), events.stranger(), events.volume()]);
    await new Promise((resolve) => setTimeout(resolve, 700));
  }
}

/** The evening with a fault that excuses none of what is looked for: the api dies. */
function eveningWithApiKilled(house: House, witness: Witness, producer: KafkaProducer, seed: number): Promise<History> {
  const faults: Fault[] = [];
  const script = async (resorts: Resorts): Promise<void> => {
    const at = Date.now();
    await house.api.kill();
    faults.push({ kind: 'kill -9 of api', breaks: ['api'], at, endedAt: at, detail: house.api.name, allowMs: PROCESS_MS });
    await evening(resorts);
  };
  return runRound(house, witness, producer, { seed, faults: [], earlier: faults, settledWithinMs: SETTLED_WITHIN_MS, say: () => undefined, script });
}

/** The same evening with nothing broken: were anything found here, what is found below would prove nothing. */
async function asBuilt(house: House, witness: Witness, producer: KafkaProducer, say: (line: string) => void): Promise<ControlResult> {
  const violations = check(await eveningWithApiKilled(house, witness, producer, FIRST_SEED - 1));
  const [first] = violations;
  say(`control as-built: ${first === undefined ? 'every invariant holds' : `${first.invariant}: ${first.says}`}`);
  return { name: 'as-built', invariant: 'nothing', caught: first === undefined, says: first?.says ?? '' };
}

/** Runs with a service that is broken on purpose: each must be found by the invariant that should find it. */
export async function runControls(house: House, witness: Witness, producer: KafkaProducer, say: (line: string) => void): Promise<ControlResult[]> {
  const results: ControlResult[] = [await asBuilt(house, witness, producer, say)];
  const all = Object.entries(BROKEN_WAYS) as [BrokenWay, (typeof BROKEN_WAYS)[BrokenWay]][];
  for (const [index, [name, { service, invariant }]] of all.entries()) {
    const processes = service === 'intake' ? house.intakes : house.dispatches;
    await Promise.all(processes.map((each) => each.restart({ FAULTS_BROKEN: name, FAULTS_ONCE: join(house.stack.dataDir, `once-${name}`) })));
    const violations = check(await eveningWithApiKilled(house, witness, producer, FIRST_SEED + index));
    const first = proofOf(name, violations);
    const others = violations.slice(0, 3).map((each) => `${each.invariant}: ${each.says}`).join('; ');
    results.push({ name, invariant, caught: first !== undefined, says: first?.says ?? `found only: ${others || 'nothing'}` });
    say(`control ${name}: ${first === undefined ? `NOT CAUGHT by ${invariant} (found: ${others || 'nothing'})` : `caught by ${invariant}: ${first.says}`}`);
    if (index === all.length - 1) break;
    await Promise.all(processes.map((each) => each.restart()));
    await Promise.all(processes.map((each) => each.ready()));
  }
  return results;
}
