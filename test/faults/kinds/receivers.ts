import { waitFor } from '../../support/wait-for';
import { vongGac } from '../operator';
import { MANNERS, type Manner } from '../police';
import type { TcpProxy } from '../../support/tcp-proxy';
import { answersLost, broken, pause, PROCESS_MS, type Kind } from './context';

/** A receiver is tried again after 2 s at most (RETRY_MAX_MS of a run); one that asked for a wait, or kept a request to its time-out, after longer. */
const misbehaves = (manner: Exclude<Manner, 'well' | 'gone'>): Kind => ({
  name: `receiver: ${manner}`,
  breaks: ['receiver'],
  allowMs: PROCESS_MS,
  plan: (random) => {
    const [index, ms] = [random.between(0, 2), random.between(1_500, 6_000)];
    return {
      needs: [`receiver ${index}`],
      does: async ({ house }) => {
        const system = house.police[index];
        if (system === undefined) throw new Error(`there is no receiver ${index}`);
        system.manner = manner;
        await pause(ms);
        system.manner = 'well';
        return { detail: `receiver ${index} of ${system.bodyId} for ${ms} ms`, receiverId: system.id };
      },
    };
  },
});

const cable = (name: string, during: (proxy: TcpProxy, ms: number) => Promise<unknown>): Kind => ({
  name,
  breaks: ['receiver'],
  allowMs: PROCESS_MS,
  plan: (random) => {
    const [index, ms] = [random.between(0, 2), random.between(1_000, 7_000)];
    return {
      needs: [`receiver ${index}`],
      does: async ({ house }) => {
        const system = house.police[index];
        if (system === undefined) throw new Error(`there is no receiver ${index}`);
        const { proxy, id: receiverId } = system;
        await during(proxy, ms);
        return { detail: `receiver ${index} for ${ms} ms`, receiverId };
      },
    };
  },
});

const OFF_WITHIN_MS = 20_000;
const ON_WITHIN_MS = 60_000;

/** 410 switches a receiver off; a test-alert that it takes is its way back. */
const gone: Kind = {
  name: 'receiver: gone, and back by test-alert',
  breaks: ['receiver'],
  allowMs: PROCESS_MS,
  plan: (random) => {
    const [index, ms] = [random.between(0, 1), random.between(500, 3_000)];
    return {
      needs: [`receiver ${index}`],
      does: async ({ house, resorts }) => {
        const system = house.police[index];
        if (system === undefined) throw new Error(`there is no receiver ${index}`);
        const isOff = async () => (await house.database.query('SELECT FROM receivers WHERE id = $1 AND disabled_at IS NOT NULL', [system.id])).length === 1;
        const before = system.hits.length;
        system.manner = 'gone';
        void resorts.send([resorts.events.fire()]);
        await waitFor(isOff, { what: 'the receiver to be switched off', timeoutMs: OFF_WITHIN_MS }).catch(() => false);
        await pause(ms);
        const reached = system.hits.length > before;
        system.manner = 'well';
        // Exit 3 while Postgres is away, 1 while a neighbour misbehaves: the operator tries again.
        const back = await waitFor(async () => (await vongGac(house, 'test-alert', '--body', system.bodyId, '--json')).code !== 3 && !(await isOff()), { what: 'the receiver to be switched on', timeoutMs: ON_WITHIN_MS, intervalMs: 500 }).catch(() => false);
        if (!reached) return { detail: `receiver ${index} of ${system.bodyId}: nothing reached it while it was gone`, impossible: true };
        return { detail: `receiver ${index} of ${system.bodyId}`, receiverId: system.id, off: system.id, wrong: back ? undefined : 'a test-alert that it took did not switch it on again' };
      },
    };
  },
};

export const RECEIVER_KINDS: readonly Kind[] = [
  ...MANNERS.filter((manner) => manner !== 'well' && manner !== 'gone').map(misbehaves), gone,
  cable('cable to a receiver cut', (proxy, ms) => broken(proxy, ms, () => proxy.cut())),
  cable('cable to a receiver slow', (proxy, ms) => broken(proxy, ms, () => proxy.delay(400))),
  cable('answers of a receiver lost', answersLost),
];
