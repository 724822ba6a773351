import { MANNERS, type Manner } from '../police';
import { pause, PROCESS_MS, type Kind } from './context';

/** A receiver is tried again after 2 s at most (RETRY_MAX_MS of a run); one that asked for a wait, or kept a request to its time-out, after longer. */
const misbehaves = (manner: Exclude<Manner, 'well'>): Kind => ({
  name: `receiver: ${manner}`,
  allowMs: PROCESS_MS,
  plan: (random) => {
    const [index, ms] = [random.between(0, 2), random.between(1_500, 6_000)];
    return {
      needs: `receiver ${index}`,
      does: async ({ house }) => {
        const system = house.police[index];
        if (system === undefined) throw new Error(`there is no receiver ${index}`);
        system.manner = manner;
        await pause(ms);
        system.manner = 'well';
        return { detail: `receiver ${index} of ${system.bodyId} for ${ms} ms` };
      },
    };
  },
});

const cable = (name: string, what: 'cut' | 'half-open' | 'slow'): Kind => ({
  name,
  allowMs: PROCESS_MS,
  plan: (random) => {
    const [index, ms] = [random.between(0, 2), random.between(1_000, 7_000)];
    return {
      needs: `receiver ${index}`,
      does: async ({ house }) => {
        const proxy = house.police[index]?.proxy;
        if (what === 'cut') proxy?.cut();
        else if (what === 'half-open') proxy?.halfOpen('answers');
        else proxy?.delay(400);
        await pause(ms);
        proxy?.restore();
        return { detail: `receiver ${index} for ${ms} ms` };
      },
    };
  },
});

export const RECEIVER_KINDS: readonly Kind[] = [
  ...MANNERS.filter((manner) => manner !== 'well').map(misbehaves),
  cable('cable to a receiver cut', 'cut'), cable('answers of a receiver lost', 'half-open'), cable('cable to a receiver slow', 'slow'),
];
