import { setTimeout as pause } from 'node:timers/promises';
import type { Chunk, Verdict } from '@vong-gac/kafka';
import { tcpProxy, waitFor } from '../support';
import { chunkOf, fire, incidentEvent, incidentEvents as events, intakeWorld, SOURCE, type World } from './world';

describe('what goes wrong in Postgres', () => {
  let world: World;
  let partition = 0;
  const own = () => ({ partition: (partition += 1) });
  beforeAll(async () => {
    world = await intakeWorld();
  });
  const stored = async (prefix: string) => (await world.rows<{ count: number }>('SELECT count(*) FROM incidents WHERE event_id LIKE $1', [`${prefix}-%`]))[0]?.count;

  /** Runs `body` before each INSERT into incidents (a statement; `n` are its rows) as long as `work` runs. */
  async function whileInserting<T>(body: string, work: () => Promise<T>): Promise<T> {
    await world.rows(`CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} RETURN NULL; END $$`);
    await world.rows('CREATE TRIGGER trouble AFTER INSERT ON incidents REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION trouble()');
    try {
      return await work();
    } finally {
      await world.rows('DROP FUNCTION trouble CASCADE');
    }
  }

  it('quarantines the one row that breaks the statement, and stores its 99 neighbours', async () => {
    const place = own();
    await world.rows(`ALTER TABLE incidents ADD CONSTRAINT no_poison CHECK (description <> 'poison')`);
    const values = events('poison', 100);
    values[37] = incidentEvent({ id: 'poison-37', data: { description: 'poison' } });
    expect(await world.settle(chunkOf(0, values, place))).toEqual({ do: 'advance', nextOffset: 100, commitOffset: 99 });
    expect(await stored('poison')).toBe(99);
    expect(await world.account(undefined, place.partition)).toMatchObject({ stored: 99, quarantined: 1, duplicate: 0 });
    expect(await world.rows('SELECT reason, "offset", event_id, detail FROM quarantine WHERE partition = $1', [place.partition])).toEqual([
      { reason: 'not-storable', offset: 37, event_id: 'poison-37', detail: expect.stringContaining('no_poison') },
    ]);
    await world.rows('ALTER TABLE incidents DROP CONSTRAINT no_poison');
  });

  it('turns readiness red at twenty such rows in a minute, and goes on', async () => {
    const place = own();
    await world.rows(`ALTER TABLE incidents ADD CONSTRAINT no_poison CHECK (description <> 'poison')`);
    await world.settle(chunkOf(0, Array.from({ length: 20 }, (_, i) => incidentEvent({ id: `p20-${i}`, data: { description: 'poison' } })), place));
    await world.rows('ALTER TABLE incidents DROP CONSTRAINT no_poison');
    expect(world.condition.ready()).toMatchObject({ ok: false, reasons: [expect.stringContaining('20 records in a minute')] });
    expect(await world.account(undefined, place.partition)).toMatchObject({ nextOffset: 20, quarantined: 20 });
  });

  it('halves a chunk that takes too long until it is short enough', async () => {
    const place = own();
    const slow = world.writer({ statementTimeoutMs: 400 });
    await whileInserting('IF (SELECT count(*) FROM n) > 3 THEN PERFORM pg_sleep(5); END IF;', () => slow.settle(chunkOf(0, events('slow', 10), place)));
    expect(await stored('slow')).toBe(10);
    expect(await world.account(undefined, place.partition)).toMatchObject({ nextOffset: 10, stored: 10, quarantined: 0 });
  });

  it('waits without end for one row that takes too long, and never quarantines it', async () => {
    const place = own();
    await world.rows('CREATE SEQUENCE slow_turns');
    const slow = world.writer({ statementTimeoutMs: 150 });
    await whileInserting(`IF nextval('slow_turns') < 5 THEN PERFORM pg_sleep(5); END IF;`, () => slow.settle(chunkOf(0, events('one', 1), place)));
    expect(await world.account(undefined, place.partition)).toMatchObject({ stored: 1, quarantined: 0 });
    expect(world.said).toContainEqual(expect.stringMatching(/incident\.reported\/\d+ waits: .*57014/));
  });

  it.each(['40P01', '40001', '55P03', '53100', '53300', '57P01', '58030', '25006', '08006'])('tries the same chunk again after SQLSTATE %s, and quarantines nothing', async (code) => {
    const place = own();
    await world.rows(`CREATE SEQUENCE turns_${code.toLowerCase()}`);
    const name = `again${code}`;
    await whileInserting(`IF nextval('turns_${code.toLowerCase()}') < 3 THEN RAISE EXCEPTION 'trouble' USING ERRCODE = '${code}'; END IF;`, () => world.settle(chunkOf(0, events(name, 5), place)));
    expect(await stored(name)).toBe(5);
    expect(await world.account(undefined, place.partition)).toMatchObject({ nextOffset: 5, stored: 5, duplicate: 0, quarantined: 0 });
    expect(world.condition.ready().reasons.filter((reason) => reason.includes('waits'))).toEqual([]);
  });

  it('survives that its connections are ended and that Postgres takes no writes for a while', async () => {
    const place = own();
    const writer = world.writer();
    await writer.settle(chunkOf(0, events('ro', 2), place));
    const name = new URL(world.url).pathname.slice(1);
    await world.rows(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await world.rows(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'intake test, another writer'`);
    const settling = writer.settle(chunkOf(2, events('ro', 3, 2), place));
    await waitFor(() => world.said.some((sentence) => sentence.includes('25006')), { what: 'the writer to meet a read-only database' });
    expect(world.condition.ready().ok).toBe(false);
    await world.rows('BEGIN READ WRITE; ALTER DATABASE ' + name + ' RESET default_transaction_read_only; COMMIT');
    await world.rows(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'intake test, another writer'`);
    expect(await settling).toMatchObject({ do: 'advance' });
    expect(await stored('ro')).toBe(5);
  });

  it('books nothing twice when the answer to COMMIT is lost', async () => {
    const place = own();
    const proxy = await tcpProxy(Number(new URL(world.url).port));
    const through = new URL(world.url);
    through.port = String(proxy.port);
    const writer = world.writer({ url: through.href });
    // A deferred trigger runs inside COMMIT: long enough to cut the line there, and nowhere else.
    await world.rows(`CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END $$`);
    await world.rows(`CREATE CONSTRAINT TRIGGER linger AFTER UPDATE ON intake_ledger DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION linger()`);
    const settling = writer.settle(chunkOf(0, [...events('commit', 4), fire('commit-fire'), 'garbage'], place));
    await waitFor(async () => (await world.rows(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query = 'COMMIT'`)).length > 0, { what: 'the COMMIT to be under way', intervalMs: 5 });
    proxy.cut();
    await waitFor(() => stored('commit'), { what: 'the COMMIT whose answer nobody heard' });
    await world.rows('DROP FUNCTION linger CASCADE');
    proxy.restore();
    expect(await settling).toEqual({ do: 'advance', nextOffset: 6, commitOffset: 5 });
    expect(await world.account(undefined, place.partition)).toMatchObject({ nextOffset: 6, stored: 5, duplicate: 0, quarantined: 1 });
    expect(await world.rows(`SELECT revision FROM alerts WHERE first_id = 'commit-fire'`)).toEqual([{ revision: 1 }]);
  });

  it('lets a bug through as it was thrown, and has written nothing', async () => {
    const place = own();
    await world.rows('ALTER TABLE quarantine RENAME COLUMN detail TO details');
    await expect(world.settle(chunkOf(0, [...events('bug', 2), 'garbage'], place))).rejects.toMatchObject({ code: '42703' });
    await world.rows('ALTER TABLE quarantine RENAME COLUMN details TO detail');
    expect(await stored('bug')).toBe(0);
  });

  it('gives up waiting when the process is told to end, and asks for the chunk again', async () => {
    const ended = await intakeWorld();
    const writer = ended.writer({ url: 'postgres://nobody@127.0.0.1:1/none' });
    const settling = writer.settle(chunkOf(5, events('end', 1)));
    await waitFor(() => ended.said.length > 0, { what: 'the outage to be said' });
    ended.condition.stop();
    expect(await settling).toEqual({ do: 'seek', offset: 5 });
  });
});

describe('two writers', () => {
  let world: World;
  beforeAll(async () => {
    world = await intakeWorld();
  });

  it('settle the same chunks once: a late writer is fenced by the ledger, which is neither an error nor a duplicate', async () => {
    const writers = [world.writer(), world.writer(), world.writer()];
    const log = events('fence', 200);
    const read = async (settle: (chunk: Chunk) => Promise<Verdict>) => {
      for (let at = 0; at < log.length; ) {
        const verdict = await settle(chunkOf(at, log.slice(at, at + 20)));
        expect(verdict.do).not.toBe('stop');
        if (verdict.do === 'advance') at = verdict.nextOffset;
        if (verdict.do === 'seek') at = verdict.offset;
      }
    };
    await Promise.all(writers.map((writer) => read((chunk) => writer.settle(chunk))));
    expect(await world.account()).toEqual({ nextOffset: 200, stored: 200, duplicate: 0, quarantined: 0, absent: 0, lost: 0 });
  });

  it('drops what was settled and goes on with the rest', async () => {
    const place = { partition: 1 };
    await world.settle(chunkOf(0, events('rest', 10), place));
    const late = world.writer();
    expect(await late.settle(chunkOf(4, events('rest', 10, 4), place))).toEqual({ do: 'advance', nextOffset: 14, commitOffset: 13 });
    expect(await world.account(undefined, 1)).toMatchObject({ nextOffset: 14, stored: 14, duplicate: 0 });
  });

  it('of two partitions that bring the same events at the same time store each once', async () => {
    const [a, b] = [world.writer(), world.writer()];
    const same = Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? fire(`same-${i}`) : incidentEvent({ id: `same-${i}` })));
    await Promise.all([a.settle(chunkOf(0, same, { partition: 2 })), b.settle(chunkOf(0, [...same].reverse(), { partition: 3 }))]);
    const [two, three] = [await world.account(undefined, 2), await world.account(undefined, 3)];
    expect(two.stored + three.stored).toBe(30);
    expect(two.duplicate + three.duplicate).toBe(30);
    expect(await world.rows(`SELECT DISTINCT revision FROM alerts WHERE first_id LIKE 'same-%'`)).toEqual([{ revision: 1 }]);
  });

  it('find a row that another writer commits while they wait for it', async () => {
    await world.settle(chunkOf(0, [incidentEvent({ id: 'first-there' })], { partition: 4 }));
    const columns = (await world.rows<{ name: string }>(`SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'incidents' ORDER BY ordinal_position`)).map(({ name }) => name);
    const copied = columns.map((name) => (name === 'id' ? 'gen_random_uuid()' : name === 'event_id' ? `'contested'` : name)).join(', ');
    let settling: Promise<Verdict> | undefined;
    await world.database.transaction(async (tx) => {
      await tx.execute(`INSERT INTO incidents (${columns.join(', ')}) SELECT ${copied} FROM incidents WHERE event_id = 'first-there'`);
      settling = world.writer().settle(chunkOf(1, [incidentEvent({ id: 'contested' }), incidentEvent({ id: 'neighbour' })], { partition: 4 }));
      await waitFor(async () => (await world.rows(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'transactionid' AND query LIKE 'COPY incidents%'`)).length > 0, { what: 'the writer to wait for the row' });
    });
    expect(await settling).toMatchObject({ do: 'advance' });
    // The same data stand in both rows: the second is a repeat.
    expect(await world.account(undefined, 4)).toMatchObject({ stored: 2, duplicate: 1, quarantined: 0 });
  });

  it('leave nothing locked when one freezes inside its transaction', async () => {
    const place = { partition: 5 };
    await world.ledger.open('incident.reported', [{ partition: 5, logStart: 0 }], Date.now());
    const frozen = world.writer({ settings: { idle_in_transaction_session_timeout: '300' } });
    await frozen.settle(chunkOf(0, events('ice', 1), place));
    const lock = world.database.transaction(async (tx) => {
      await tx.execute(`SET LOCAL idle_in_transaction_session_timeout = 300`);
      await tx.execute(`SELECT 1 FROM intake_ledger WHERE topic = 'incident.reported' AND partition = 5 FOR UPDATE`);
      await pause(1_000);
      await tx.execute('SELECT 1');
    });
    const [ended, verdict] = await Promise.allSettled([lock, frozen.settle(chunkOf(1, events('ice', 1, 1), place))]);
    expect(ended.status).toBe('rejected');
    expect(verdict).toMatchObject({ status: 'fulfilled', value: { do: 'advance' } });
  });
});

it('keeps the events of one publisher apart from another', async () => {
  const world = await intakeWorld();
  await world.registry.seed({ publishers: { name: 'p.csv', text: `source,sites\n${SOURCE},*\n/sites/dai-lai/gate,*\n` } }, new Date());
  await world.settle(chunkOf(0, [incidentEvent({ id: 'one' }), incidentEvent({ id: 'one', source: '/sites/dai-lai/gate', data: { description: 'another' } })]));
  expect(await world.account()).toMatchObject({ stored: 2, duplicate: 0, quarantined: 0 });
});
