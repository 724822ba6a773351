import { CheckStore } from '@vong-gac/database';
import { shippedPolicies } from '@vong-gac/policy';
import { chunkOf, fire, incidentEvent, intakeWorld, volumeEvent, type Value, type World } from '../intake/world';

/** What went wrong elsewhere because nobody counted, or because a constraint constrained nothing. Against a real Postgres, without Kafka. */
let world: World;
beforeAll(async () => {
  world = await intakeWorld();
});

const LOSES_HALF = `CREATE FUNCTION lose_half() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN IF right(NEW.event_id, 1) IN ('1', '3', '5', '7', '9') THEN RETURN NULL; END IF; RETURN NEW; END $$`;

describe('ThingsBoard#10479: half of what was received was not written, without an error, until a restart', () => {
  let partition = 0;
  beforeAll(() => world.rows(LOSES_HALF));

  it.each<[string, Value[]]>([
    ['incidents', Array.from({ length: 10 }, (_, i) => incidentEvent({ id: `lost-${i}` }))],
    ['visitor_volumes', Array.from({ length: 10 }, (_, i) => volumeEvent({ id: `lost-${i}` }))],
    ['quarantine', Array.from({ length: 10 }, (_, i) => incidentEvent({ id: `unknown-${i}`, data: { siteId: 'nowhere' } }))],
  ])('rows that Postgres takes for %s and does not keep end intake aloud, and nothing of the chunk counts as settled', async (table, values) => {
    partition += 1;
    const chunk = chunkOf(0, values, { partition });
    await world.rows(`CREATE TRIGGER lose_half BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION lose_half()`);
    await expect(world.settle(chunk)).rejects.toThrow(`Postgres kept 5 of 10 rows for ${table}`);
    expect(await world.account(undefined, partition)).toMatchObject({ nextOffset: 0, stored: 0, quarantined: 0 });
    await world.rows(`DROP TRIGGER lose_half ON ${table}`);
    expect(await world.settle(chunk)).toMatchObject({ do: 'advance', nextOffset: 10 });
    expect((await new CheckStore(world.database, shippedPolicies).check()).problems).toEqual([]);
  });

  it('and what is lost after it was written is missed by check, with the number', async () => {
    partition += 1;
    await world.settle(chunkOf(0, [...Array.from({ length: 9 }, (_, i) => incidentEvent({ id: `kept-${i}` })), fire('kept-fire')], { partition }));
    await world.rows(`DELETE FROM incidents WHERE event_id IN ('kept-1', 'kept-3', 'kept-5')`);
    expect((await new CheckStore(world.database, shippedPolicies).check()).problems).toEqual([
      `incident.reported, partition ${partition}, generation 1: the ledger counts 10 stored incidents, the table holds 7`,
      `site dai-lai, 2026-07-04, security.theft, partition ${partition}: 9 incidents are remembered, the table holds 6`,
    ]);
  });
});

/**
 * Unique indexes with a column that may be NULL: Postgres takes any number of such rows, unless the index puts something in its place (COALESCE), says
 * NULLS NOT DISTINCT, or leaves those rows out by its own condition.
 */
const CONSTRAINS_NOTHING = `
SELECT c.relname AS index, coalesce(a.attname, pg_get_indexdef(i.indexrelid, k.place::int, true)) AS column
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public'
CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place)
LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum
WHERE i.indisunique AND NOT i.indnullsnotdistinct AND k.place <= i.indnkeyatts
  AND NOT coalesce(a.attnotnull, pg_get_indexdef(i.indexrelid, k.place::int, true) ILIKE 'coalesce(%')
  AND coalesce(pg_get_expr(i.indpred, i.indrelid), '') NOT LIKE '%(' || coalesce(a.attname, '') || ' IS NOT NULL)%'
ORDER BY 1, 2`;

describe('TicketsCAD: a unique index with a column that may be NULL constrained nothing', () => {
  it('every unique index of the schema constrains every row', async () => {
    const [count] = await world.rows<{ indexes: number }>(`SELECT count(*)::int AS indexes FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
      JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public' WHERE i.indisunique`);
    expect(count?.indexes).toBeGreaterThan(10);
    expect(await world.rows(CONSTRAINS_NOTHING)).toEqual([]);
  });

  it('and this query would name one that does not', async () => {
    await world.rows('CREATE TABLE assignments (incident int NOT NULL, unit int, UNIQUE (incident, unit))');
    await world.rows('INSERT INTO assignments VALUES (1, NULL), (1, NULL)');
    expect(await world.rows(CONSTRAINS_NOTHING)).toEqual([{ index: 'assignments_incident_unit_key', column: 'unit' }]);
    await world.rows('DROP TABLE assignments');
  });
});
