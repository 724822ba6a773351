import { MAX_VALUE_BYTES } from '@vong-gac/contracts';
import { PROCESS_MS, type Kind, type Scene } from './context';

/** @param keeps how long it keeps a reader: `long` where that takes seconds by design, so that an alert beside it may be late */
const publishing = (name: string, keeps: 'long' | 'not', does: (scene: Scene, chance: number) => Promise<string>): Kind => ({
  name,
  ...(keeps === 'not' && { light: true }),
  breaks: ['publisher'],
  allowMs: PROCESS_MS,
  plan: (random) => {
    const chance = random.next();
    return { needs: [name], does: async (scene) => ({ detail: await does(scene, chance) }) };
  },
});

const BATCH = 8;
const DAY_MS = 86_400_000;

export const PUBLISHER_KINDS: readonly Kind[] = [
  publishing('bytes published again', 'not', async ({ resorts }) => {
    const before = resorts.all;
    await resorts.again(before);
    return `${before.length} records, every one so far`;
  }),
  publishing('poison at each position of a batch', 'not', async ({ resorts }) => {
    for (let position = 0; position < BATCH; position += 1) {
      // All of a batch in one partition: else each would be alone in its own.
      await resorts.send(Array.from({ length: BATCH }, (_, i) => ({ ...(i === position ? resorts.events.poison() : i === 0 ? resorts.events.fire() : resorts.events.theft()), partition: position % 6 })));
    }
    return `${BATCH} batches`;
  }),
  publishing('one id many times', 'not', async ({ resorts }, chance) => {
    const [draft, times] = [resorts.events.fire(), 200 + Math.floor(chance * 800)];
    await resorts.send(Array.from({ length: times }, () => draft));
    return `${draft.eventId} ${times} times`;
  }),
  publishing('other content under a taken id', 'not', async ({ resorts }) => {
    await resorts.send(Array.from({ length: 6 }, () => resorts.events.contradiction()));
    return '6 records';
  }),
  publishing('out of order and out of time', 'not', async ({ resorts }) => {
    await resorts.send([...resorts.events.reversed(), ...resorts.events.reversed()]);
    return '6 records';
  }),
  publishing('values at the limit and over it', 'not', async ({ resorts }) => {
    await resorts.send([resorts.events.theft(), ...[MAX_VALUE_BYTES - 1, MAX_VALUE_BYTES, MAX_VALUE_BYTES + 1].map((bytes) => resorts.events.sized(bytes)), resorts.events.fire()]);
    return '1 MiB, a byte less, a byte more';
  }),
  publishing('a value of 10 MiB', 'long', async ({ resorts }) => {
    await resorts.send([resorts.events.theft(), resorts.events.sized(10 * MAX_VALUE_BYTES), resorts.events.fire()]);
    return '10 MiB';
  }),
  publishing('ten thousand headers', 'long', async ({ resorts }) => {
    await resorts.send([resorts.events.theft(), resorts.events.manyHeaders(), resorts.events.fire()]);
    return '10,000 headers';
  }),
  publishing('a hundred thousand levels', 'long', async ({ resorts }) => {
    await resorts.send([resorts.events.theft(), resorts.events.deep(), resorts.events.fire()]);
    return '100,000 levels';
  }),
  publishing('a clock that is a day off', 'not', async ({ resorts }) => {
    await resorts.send([...resorts.events.offClock(DAY_MS), ...resorts.events.offClock(-DAY_MS)]);
    return 'a day ahead, a day behind';
  }),
  publishing('a flood', 'not', async ({ resorts }, chance) => {
    const count = 500 + Math.floor(chance * 1_000);
    await resorts.send(Array.from({ length: count }, () => resorts.events.theft()));
    return `${count} reports at once`;
  }),
];
