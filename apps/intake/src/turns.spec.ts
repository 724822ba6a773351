import { Turns } from './turns';

/** Asks for turns whose work ends when told to, and notes the order in which they began. */
function asked(turns: Turns, names: readonly string[]): { begun: string[]; all: Promise<unknown> } {
  const begun: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    begun.push(name);
    await Promise.resolve();
  };
  return { begun, all: Promise.all(names.map((name) => turns.take(work(name), name.startsWith('report')))) };
}

const numbered = (word: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${word} ${i}`);

it('reports that wait go before volumes that wait, each in the order of asking', async () => {
  const { begun, all } = asked(new Turns(), ['volume 0', 'volume 1', 'report 0', 'volume 2', 'report 1']);
  await all;
  expect(begun).toEqual(['volume 0', 'report 0', 'report 1', 'volume 1', 'volume 2']);
});

it('however many reports wait, one volume goes after four of them', async () => {
  const { begun, all } = asked(new Turns(), [...numbered('report', 40), ...numbered('volume', 2)]);
  await all;
  expect(begun.indexOf('volume 0')).toBe(4);
  expect(begun.indexOf('volume 1')).toBe(9);
  expect(begun).toHaveLength(42);
});

it('one at a time, and what fails hands its turn on', async () => {
  const turns = new Turns();
  let running = 0;
  const work = (fails: boolean) => async (): Promise<void> => {
    expect(++running).toBe(1);
    await new Promise(setImmediate);
    running--;
    if (fails) throw new Error('this one failed');
  };
  const ended = await Promise.allSettled([turns.take(work(true), false), turns.take(work(false), true), turns.take(work(true), true), turns.take(work(false), false)]);
  expect(ended.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
  await expect(turns.take(async () => 'later', false)).resolves.toBe('later');
});
