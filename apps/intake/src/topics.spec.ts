import type { Logger } from '@vong-gac/runtime';
import { Condition } from './condition';
import { ensureTopics } from './topics';

const logger = { info: () => undefined, warn: () => undefined } as unknown as Logger;

describe('ensureTopics', () => {
  const cutOff = new Error('Failed to connect: brokers array is empty'); // what kafkajs says when its client was closed
  const ensuring = (meanwhile: (condition: Condition) => void) => {
    const condition = new Condition(Date.now, () => undefined);
    const kafka = {
      ensureTopics: async () => {
        meanwhile(condition);
        throw cutOff;
      },
    };
    return ensureTopics({ kafka, condition } as unknown as Parameters<typeof ensureTopics>[0], logger);
  };

  // Found by the faults (seed 34): an intake that was told to end while it still asked for its topics ended with exit 1.
  it('is cut off by the end of the process, which is no bug', () => expect(ensuring((condition) => condition.stop())).resolves.toBeUndefined());

  it('lets what waiting does not cure through', () => expect(ensuring(() => undefined)).rejects.toBe(cutOff));
});
