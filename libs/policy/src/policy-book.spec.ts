import type { PolicyDecision } from '@vong-gac/domain';
import { builtInDocument, builtInPolicy } from './built-in';
import { PolicyBook } from './policy-book';
import { readPolicy } from './read-policy';

const named = (id: string, version: number) => builtInDocument().replace(/^id: .*$/m, `id: ${id}`).replace(/^version: .*$/m, `version: ${version}`);
const activated = (seq: number, id: string, version: number, effectiveAt: number): PolicyDecision => ({ seq, role: 'active', policy: { id, version }, effectiveAt, by: 'An', why: 'thử', decidedAt: 0 });

/** Documents and decisions, and how often they were asked for. */
class Shelf {
  decided: PolicyDecision[] = [];
  documents: Record<string, string> = {};
  asked: string[] = [];
  away = false;

  async decisions(): Promise<PolicyDecision[]> {
    this.asked.push('decisions');
    if (this.away) throw new Error('connection refused');
    return this.decided;
  }
  async document({ id, version }: { id: string; version: number }): Promise<string | null> {
    this.asked.push(`${id}@${version}`);
    if (this.away) throw new Error('connection refused');
    return this.documents[`${id}@${version}`] ?? null;
  }
}

describe('PolicyBook', () => {
  const inForce = async (book: PolicyBook, seq: number, at: number) => {
    const { id, version } = await book.inForce(await book.at(seq), at);
    return `${id}@${version}`;
  };

  it('asks for no decision while nothing was decided: the built-in policy is in force', async () => {
    const shelf = new Shelf();
    const book = new PolicyBook(shelf);
    expect([await inForce(book, 0, 1e15), await inForce(book, 0, 1e15)]).toEqual(['built-in@2', 'built-in@2']);
    // Nobody has kept one yet: that answer is not for ever.
    expect(shelf.asked).toEqual(['built-in@2', 'built-in@2']);
    shelf.documents['built-in@2'] = builtInDocument();
    for (let i = 0; i < 3; i++) expect(await book.inForce(await book.at(0), 0)).toBe(builtInPolicy());
    expect(shelf.asked).toHaveLength(3);
  });

  it('takes the built-in policy as it is stored, where this release has another text under that name: what graded before can be computed again', async () => {
    const shelf = new Shelf();
    shelf.documents['built-in@2'] = builtInDocument().replace('high: 50', 'high: 51');
    const book = new PolicyBook(shelf);
    expect((await book.inForce(await book.at(0), 0)).thresholds.high).toBe(51);
    expect((await book.lookup([]))({ id: 'built-in', version: 2 })?.thresholds.high).toBe(51);
    expect(builtInPolicy().thresholds.high).toBe(50);
  });

  it('takes its own where the stored one says what this release cannot read, for grading and for computing again', async () => {
    const shelf = new Shelf();
    shelf.documents['built-in@2'] = builtInDocument().replace(/^ *mostRatio: .*$/m, '');
    const book = new PolicyBook(shelf);
    expect(await book.inForce(await book.at(0), 0)).toBe(builtInPolicy());
    expect((await book.lookup([{ id: 'built-in', version: 2 }]))({ id: 'built-in', version: 2 })).toBe(builtInPolicy());
  });

  it('reads decisions when there is a newer one, and each document once, however many ask at a time', async () => {
    const shelf = new Shelf();
    shelf.decided = [activated(1, 'night', 2, 100)];
    shelf.documents = { 'night@2': named('night', 2), 'built-in@2': builtInDocument() };
    const book = new PolicyBook(shelf);
    expect(await Promise.all([inForce(book, 1, 99), inForce(book, 1, 100), inForce(book, 1, 200)])).toEqual(['built-in@2', 'night@2', 'night@2']);
    expect(shelf.asked).toEqual(['decisions', 'built-in@2', 'night@2']);
    shelf.decided.push(activated(2, 'built-in', 2, 300));
    expect([await inForce(book, 2, 299), await inForce(book, 2, 300)]).toEqual(['night@2', 'built-in@2']);
    expect(shelf.asked).toEqual(['decisions', 'built-in@2', 'night@2', 'decisions']);
  });

  it('leaves out what it cannot read, with the reason: the one before goes on', async () => {
    const shelf = new Shelf();
    shelf.decided = [activated(1, 'night', 2, 100), activated(2, 'later', 1, 200), activated(3, 'gone', 1, 300)];
    shelf.documents = { 'night@2': named('night', 2), 'later@1': `${named('later', 1)}\nshifts: {}\n` };
    const book = new PolicyBook(shelf);
    expect([await inForce(book, 3, 250), await inForce(book, 3, 350)]).toEqual(['night@2', 'night@2']);
    expect((await book.read({ id: 'later', version: 1 })).problem).toMatch(/later@1 cannot be read by this release \(\d+:1: unknown field 'shifts'/);
    expect((await book.read({ id: 'gone', version: 1 })).problem).toBe('policy gone@1 is not stored');
  });

  it('keeps in force what is stored, though this release finds a rule in it that it would refuse', async () => {
    const shelf = new Shelf();
    shelf.decided = [activated(1, 'night', 2, 100)];
    const marked = named('night', 2).replace('says(["hung khí"', 'says(["Hung khí"');
    expect(readPolicy(marked).problems).toHaveLength(1);
    shelf.documents = { 'night@2': marked };
    expect(await inForce(new PolicyBook(shelf), 1, 150)).toBe('night@2');
  });

  it('asks again after an outage', async () => {
    const shelf = new Shelf();
    shelf.decided = [activated(1, 'night', 2, 100)];
    shelf.documents['night@2'] = named('night', 2);
    const book = new PolicyBook(shelf);
    shelf.away = true;
    await expect(book.at(1)).rejects.toThrow('connection refused');
    await expect(book.read({ id: 'night', version: 2 })).rejects.toThrow('connection refused');
    shelf.away = false;
    expect(await inForce(book, 1, 100)).toBe('night@2');
  });

  it('takes the built-in policy of another release from its stored document', async () => {
    const shelf = new Shelf();
    shelf.documents['built-in@1'] = named('built-in', 1);
    const book = new PolicyBook(shelf);
    expect([(await book.read({ id: 'built-in', version: 1 })).policy?.version, await inForce(book, 0, 0)]).toEqual([1, 'built-in@2']);
  });
});
