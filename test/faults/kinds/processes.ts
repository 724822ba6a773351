import type { Random } from '../../../apps/cli/src/random';
import type { Part } from '../history';
import type { House } from '../house';
import type { SupervisedProcess } from '../processes';
import { DISPATCH_POINTS, INTAKE_POINTS, type KillPoint } from '../variants';
import { pause, PROCESS_MS, type Done, type Kind, type Scene } from './context';

type Service = 'intake' | 'dispatch' | 'api';

function chosen(service: Service, random: Random): { needs: readonly string[]; of: (house: House) => SupervisedProcess } {
  const index = service === 'api' ? 0 : random.between(0, 1);
  const of = ({ intakes, dispatches, api }: House): SupervisedProcess => {
    const found = service === 'api' ? api : (service === 'intake' ? intakes : dispatches)[index];
    if (found === undefined) throw new Error(`there is no ${service} ${index + 1}`);
    return found;
  };
  return { needs: [`${service} ${index}`], of };
}

const onProcess = (name: string, service: Service, does: (process: SupervisedProcess, chance: number, scene: Scene) => Promise<Done>, breaks: readonly Part[] = [service], repeats?: Kind['repeats']): Kind => ({
  name,
  breaks,
  allowMs: PROCESS_MS,
  repeats,
  plan(random) {
    const { needs, of } = chosen(service, random);
    const chance = random.next();
    return { needs, does: (scene) => does(of(scene.house), chance, scene) };
  },
});

const killed = (service: Service): Kind => onProcess(`kill -9 of ${service}`, service, async (process) => {
  const since = Date.now();
  await process.kill();
  return { detail: process.name, endedAt: since };
});

/** Longer than the session of intake (7 s) and the lease of dispatch (8 s). */
const FROZEN_MS = 8_500;

const frozen = (service: Service): Kind => onProcess(`frozen ${service} wakes again`, service, async (process, chance) => {
  process.signal('SIGSTOP');
  await pause(FROZEN_MS + Math.round(chance * 2_000));
  process.signal('SIGCONT');
  return { detail: process.name };
  // In the middle of a transaction it holds its rows until Postgres ends that: who marks them waits.
  // A dispatch that claimed sends when it wakes, though its lease is over and another sent.
}, [service, 'postgres'], service === 'dispatch' ? 'held' : undefined);

const restarted = (service: Service): Kind => onProcess(`${service} restarted`, service, async (process) => {
  await process.restart();
  return { detail: process.name };
  // It waits for its answers (10 s, a request takes 5 s), writes them and gives back the rest.
}, [service], 'never');

const SHUTDOWN_MS = 150;

const killedInShutdown = (service: Service): Kind => onProcess(`kill -9 in the shutdown of ${service}`, service, async (process, chance) => {
  const after = Math.round(chance * SHUTDOWN_MS);
  const signal = await process.end(after);
  process.start();
  const detail = `${process.name}, ${after} ms after SIGTERM`;
  // Gone by itself before that: it was only restarted.
  return signal === 'SIGKILL' ? { detail } : { instead: `${service} restarted`, repeats: 'never', detail: `${detail}: it had ended` };
});

/** Where no work comes to the point in this time, the process goes on as built. */
const REACHED_WITHIN_MS = 15_000;
const NUDGE_EVERY_MS = 1_000;
/** What leads to a point, where not every report does. */
const LEADS_TO: Partial<Record<KillPoint, 'fire' | 'poison'>> = { 'after-alert': 'fire', 'quarantine-write': 'poison', claimed: 'fire', 'request-sent': 'fire', answered: 'fire', marked: 'fire' };

/** Those that the topic has from the start; the producer may not know of others yet. */
const PARTITIONS = [0, 1, 2, 3, 4, 5];

const killedAt = (service: 'intake' | 'dispatch', point: KillPoint): Kind => onProcess(`kill -9 at ${point}`, service, async (process, chance, scene) => {
  const times = 1 + Math.floor(chance * 3);
  const instead = `${service} restarted`;
  await process.restart({ FAULTS_KILL_AT: point, FAULTS_KILL_AFTER: String(times) });
  const armedAt = Date.now();
  while (Date.now() < armedAt + REACHED_WITHIN_MS) {
    // Until it dies nothing but the restart disturbs anything.
    if (await process.diesWithin(NUDGE_EVERY_MS)) return { at: Date.now(), prelude: { kind: instead, endedAt: armedAt }, detail: `${process.name}, the ${times}. time` };
    // Whichever partitions it has: something comes to each of them that leads to the point.
    void scene.resorts.send(PARTITIONS.map((partition) => ({ ...scene.resorts.events[LEADS_TO[point] ?? 'theft'](), partition })));
  }
  const at = Date.now();
  await process.restart();
  return { instead, at, prelude: { kind: instead, endedAt: armedAt }, repeats: 'never', detail: `${process.name}, twice: no work came to ${point} in between` };
});

const STEP_MS = 3_000;

/** Every 3 s one member more or one less: the group never rests. */
const guest: Kind = {
  name: 'a third intake joins and leaves every 3 s',
  breaks: ['intake'],
  allowMs: PROCESS_MS,
  plan: (random) => {
    const [visits, kill] = [random.between(3, 5), random.chance(0.5)];
    return {
      needs: ['guest'],
      does: async ({ house }) => {
        for (let visit = 0; visit < visits; visit += 1) {
          if (visit > 0) await pause(STEP_MS);
          house.guest.start();
          await pause(STEP_MS);
          await house.guest.end(kill ? 0 : undefined);
        }
        return { detail: `${visits} times${kill ? ', gone without a word' : ''}` };
      },
    };
  },
};

export const PROCESS_KINDS: readonly Kind[] = [
  killed('intake'), killed('dispatch'), killed('api'),
  frozen('intake'), frozen('dispatch'),
  restarted('intake'), restarted('dispatch'),
  killedInShutdown('intake'), killedInShutdown('dispatch'),
  guest,
  ...INTAKE_POINTS.map((point) => killedAt('intake', point)),
  ...DISPATCH_POINTS.map((point) => killedAt('dispatch', point)),
];
