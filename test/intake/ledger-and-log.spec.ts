import { chunkOf, incidentEvents as events, intakeWorld, type World } from './world';

describe('where the ledger and the log differ', () => {
  let world: World;
  let partition = 0;
  const own = () => ({ partition: (partition += 1) });
  beforeAll(async () => {
    world = await intakeWorld();
  });
  const stop = (what: RegExp) => ({ do: 'stop', reason: expect.stringMatching(new RegExp(`recreated or truncated.*${what.source}.*ledger restart --topic incident.reported`)) });

  it('opens a row at the log start when there is none, never at the first record that came', async () => {
    const place = own();
    world.logStarts.set(`incident.reported/${place.partition}`, 40);
    await world.settle(chunkOf(40, events('open', 2), place));
    expect(await world.rows('SELECT first_offset, next_offset FROM intake_ledger WHERE partition = $1', [place.partition])).toEqual([{ first_offset: 40, next_offset: 42 }]);
  });

  it('seeks a gap once, then books it as absent or, below the log start, as lost', async () => {
    const place = own();
    await world.settle(chunkOf(0, events('gap', 3), place));
    const beyond = chunkOf(10, events('gap', 2, 10), place);
    expect(await world.settle(beyond)).toEqual({ do: 'seek', offset: 3 });
    expect(await world.settle(beyond)).toMatchObject({ do: 'advance', nextOffset: 12 });
    expect(await world.account(undefined, place.partition)).toEqual({ nextOffset: 12, stored: 5, duplicate: 0, quarantined: 0, absent: 7, lost: 0 });
    world.logStarts.set(`incident.reported/${place.partition}`, 18);
    const later = chunkOf(20, events('gap', 1, 20), place);
    expect(await world.settle(later)).toEqual({ do: 'seek', offset: 12 });
    await world.settle(later);
    expect(await world.account(undefined, place.partition)).toMatchObject({ nextOffset: 21, absent: 9, lost: 6, stored: 6 });
    const [row] = (await world.ledger.list('incident.reported')).filter(({ partition }) => partition === place.partition);
    expect(row?.lostOffsets).toEqual([[12, 17]]);
    expect(world.said).toContainEqual(expect.stringContaining(`incident.reported/${place.partition}: Kafka's retention deleted offsets 12 to 17 before they were read`));
  });

  it('counts offsets without a record inside a chunk and behind it as absent', async () => {
    const place = own();
    const chunk = chunkOf(0, events('hole', 4), place);
    const records = chunk.records.filter(({ offset }) => offset !== 2);
    await world.settle({ ...chunk, records, nextOffset: 6 });
    expect(await world.account(undefined, place.partition)).toMatchObject({ nextOffset: 6, stored: 3, absent: 3 });
    // The resume begins with the last record; behind it there are only control records, one more than before.
    expect(await world.writer().settle({ ...chunk, records: chunk.records.slice(3), firstOffset: 3, nextOffset: 7 })).toEqual({ do: 'advance', nextOffset: 7, commitOffset: 3 });
    expect(await world.account(undefined, place.partition)).toMatchObject({ nextOffset: 7, stored: 3, absent: 4 });
  });

  it('stops when the last record is another one, and goes on after a restart in a new generation', async () => {
    const place = own();
    await world.settle(chunkOf(0, events('old', 5), place));
    const resumed = world.writer();
    const other = chunkOf(4, events('new', 5, 4), place);
    expect(await resumed.settle(other)).toEqual(stop(/offset 4, .* holds another record/));
    expect(await resumed.settle(other)).toEqual(stop(/another record/));
    expect(await world.account(undefined, place.partition)).toMatchObject({ nextOffset: 5, stored: 5 });
    await world.ledger.restart('incident.reported', [{ partition: place.partition, logStart: 0 }], 'Lan', Date.now());
    expect(await resumed.settle(other)).toEqual({ do: 'seek', offset: 0 });
    await resumed.settle(chunkOf(0, [...events('new', 8), 'garbage'], place));
    expect(await world.account(undefined, place.partition)).toMatchObject({ nextOffset: 9, stored: 8, quarantined: 1 });
    expect(await world.rows('SELECT generation, "offset" FROM quarantine WHERE partition = $1', [place.partition])).toEqual([{ generation: 2, offset: 8 }]);
  });

  it('looks for the last record when a resume begins below it, and stops when it is gone', async () => {
    const place = own();
    await world.settle(chunkOf(0, events('short', 50), place));
    const resumed = world.writer();
    const shorter = chunkOf(0, events('fresh', 10), place);
    expect(await resumed.settle(shorter)).toEqual({ do: 'seek', offset: 49 });
    expect(await resumed.settle(shorter)).toEqual(stop(/offset 49, .* is not there any more/));
    expect(await world.rows(`SELECT event_id FROM incidents WHERE event_id LIKE 'fresh-%'`)).toEqual([]);
  });

  it('goes on where a resume begins below the last record and it is found', async () => {
    const place = own();
    await world.settle(chunkOf(0, events('found', 50), place));
    const resumed = world.writer();
    expect(await resumed.settle(chunkOf(0, events('found', 10), place))).toEqual({ do: 'seek', offset: 49 });
    expect(await resumed.settle(chunkOf(49, events('found', 3, 49), place))).toEqual({ do: 'advance', nextOffset: 52, commitOffset: 51 });
    expect(await world.account(undefined, place.partition)).toMatchObject({ stored: 52, duplicate: 0 });
  });

  it('is not stopped by what a chunk of a past assignment looked for: its seek was not carried out', async () => {
    const place = own();
    await world.settle(chunkOf(0, events('past', 50), place));
    const resumed = world.writer();
    expect(await resumed.settle(chunkOf(0, events('past', 10), { ...place, assignment: 1 }))).toEqual({ do: 'seek', offset: 49 });
    const present = chunkOf(0, events('past', 10), { ...place, assignment: 2 });
    expect(await resumed.settle(present)).toEqual({ do: 'seek', offset: 49 });
    // A late one takes nothing of that back: what the present one looked for in vain is gone.
    expect(await resumed.settle(chunkOf(0, events('past', 10), { ...place, assignment: 1 }))).toEqual({ do: 'seek', offset: 49 });
    expect(await resumed.settle(present)).toEqual(stop(/offset 49, .* is not there any more/));
  });

  it('stops at a batch below where it reads', async () => {
    const place = own();
    await world.settle(chunkOf(0, events('run', 30), place));
    const back = chunkOf(0, events('again', 5), place);
    expect(await world.settle(back)).toEqual({ do: 'seek', offset: 29 });
    expect(await world.settle(back)).toEqual(stop(/is not there any more: the log goes on at 0/));
  });
});
