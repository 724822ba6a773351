import { openDatabase, SiteMemoryStore } from '@vong-gac/database';
import { builtInPolicy } from '@vong-gac/policy';
import { KEYED_ACCESS } from '../../apps/intake/src/intake.parts';
import { atEnd } from '../support';
import { chunkOf, fire, intakeWorld, NOW, SITE } from './world';

const STORED = 40_000;
const READ_MAX = 20_000;

// They came in another order than they occurred in: then a bitmap looks cheaper to Postgres than walking the key.
it('a site where tens of thousands of incidents occurred in the last hours is loaded by its latest 20,000: a restart does not read all of them', async () => {
  const world = await intakeWorld({ situations: true });
  await world.settle(chunkOf(0, [fire('template')]));
  const [columns] = await world.rows<{ names: string[] }>(`SELECT array_agg(quote_ident(attname) ORDER BY attnum) AS names FROM pg_attribute WHERE attrelid = 'incidents'::regclass AND attnum > 0 AND NOT attisdropped`);
  const names = columns?.names ?? [];
  const copies = names.map((name) => {
    if (name === 'id') return `(substr(id::text, 1, 24) || lpad(to_hex(n), 12, '0'))::uuid`;
    return name === 'event_id' || name === 'first_id' ? `'copy-' || n` : name;
  });
  await world.rows(`INSERT INTO incidents (${names.join(', ')}) SELECT ${copies.join(', ')} FROM incidents, (SELECT n FROM generate_series(1, ${STORED}) n ORDER BY md5(n::text)) late`);
  await world.rows('ANALYZE incidents');

  const database = openDatabase({ url: world.url, poolSize: 1, applicationName: 'memory test', statementTimeoutMs: 30_000, settings: KEYED_ACCESS });
  atEnd(() => database.close());
  const read = async (): Promise<number> => {
    await database.query('SELECT pg_stat_force_next_flush()');
    await database.query('SELECT pg_stat_clear_snapshot()');
    return (await database.query<{ n: number }>(`SELECT idx_tup_read::int8 AS n FROM pg_stat_user_indexes WHERE indexrelname = 'incidents_pkey'`))[0]?.n ?? 0;
  };
  const before = await read();
  const policy = builtInPolicy();
  const memories = await new SiteMemoryStore(database).load([{ siteId: SITE, day: '2026-07-18' }], { partition: 0, from: NOW, to: NOW }, policy, () => 'weekday');
  const after = await read();
  expect([...(memories.get(SITE)?.situations.values() ?? [])]).not.toEqual([]);
  expect(after - before).toBeGreaterThanOrEqual(READ_MAX);
  expect(after - before).toBeLessThan(READ_MAX * 1.1);
});
