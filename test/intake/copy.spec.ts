import { openDatabase, type Database } from '@vong-gac/database';
import type { CopyRows } from '../../libs/database/src/copy-rows';
import { atEnd, testDatabase } from '../support';

const COPY = 'COPY words (word) FROM STDIN (FORMAT binary)';
const written = (...words: (string | null)[]) => (out: CopyRows): void => {
  for (const word of words) {
    out.row(1);
    out.text(word);
  }
};

/** The rows leave before Postgres has said that it takes them. Whatever it says, the same connection answers what comes next. */
describe('a COPY that fails', () => {
  let database: Database;
  beforeAll(async () => {
    const { url } = await testDatabase('copy');
    database = openDatabase({ url, poolSize: 1, applicationName: 'copy test' });
    atEnd(() => database.close());
    await database.execute('CREATE TABLE words (word text PRIMARY KEY)');
  });
  const words = async (): Promise<string[]> => (await database.query<{ word: string }>('SELECT word FROM words ORDER BY word')).map(({ word }) => word);
  const backend = async (): Promise<number> => (await database.query<{ pid: number }>('SELECT pg_backend_pid() AS pid'))[0]?.pid ?? 0;
  const large = 'x'.repeat(200_000);

  it.each<[string, string, (out: CopyRows) => void, RegExp]>([
    ['is refused before its rows', 'COPY no_such_table (word) FROM STDIN (FORMAT binary)', written('a', 'b'), /no_such_table/],
    ['is refused before megabytes of rows', 'COPY no_such_table (word) FROM STDIN (FORMAT binary)', written(...Array<string>(30).fill(large)), /no_such_table/],
    ['has a row that is there already', COPY, written('one', 'two', 'one'), /words_pkey/],
    ['has a row that may not be', COPY, written('three', null, 'four'), /null value/],
    ['has no first row to send', COPY, () => { throw new Error('the first row cannot be written'); }, /the first row cannot be written/],
    ['has a row that cannot be written behind megabytes of others', COPY, (out) => {
      written(...Array.from({ length: 10 }, (_, i) => `${i}${large}`))(out);
      throw new Error('a later row cannot be written');
    }, /a later row cannot be written/],
  ])('which %s', async (_what, text, rows, says) => {
    const before = await backend();
    await expect(database.transaction(async (tx) => tx.copy(text, rows))).rejects.toThrow(says);
    expect(await words()).toEqual([]);
    expect(await database.transaction(async (tx) => tx.copy(COPY, written('kept', 'too')))).toBe(2);
    expect(await words()).toEqual(['kept', 'too']);
    expect(await backend()).toBe(before);
    await database.execute('DELETE FROM words');
  });
});
