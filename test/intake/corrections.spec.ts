import { CheckStore } from '@vong-gac/database';
import { shippedPolicies } from '@vong-gac/policy';
import { chunkOf, fire, incidentEvent, intakeWorld, NOW, SOURCE, type Data, type Value, type World } from './world';

describe('corrections', () => {
  let world: World;
  let next = 0;
  beforeAll(async () => {
    world = await intakeWorld();
  });
  afterEach(async () => {
    expect((await new CheckStore(world.database, shippedPolicies).check()).problems).toEqual([]);
  });

  /** Settles each list as one chunk of the same partition. */
  async function arrive(...chunks: Value[][]): Promise<void> {
    for (const values of chunks) {
      await world.settle(chunkOf(next, values));
      next += values.length;
    }
  }
  const alerts = (firstId: string) =>
    world.rows(`SELECT site_id, status, level, highest_level, alert_status, revision, raised_revision, raise_event_id FROM alerts WHERE source = $1 AND first_id = $2 ORDER BY site_id`, [SOURCE, firstId]);
  const changes = async (firstId: string) =>
    (await world.rows<{ change: string; revision: number }>(`SELECT d.change, d.revision FROM deliveries d JOIN alerts a ON a.id = d.alert_id WHERE a.first_id = $1 ORDER BY d.revision`, [firstId])).map(
      ({ change, revision }) => `${revision} ${change}`,
    );
  const firstIds = async (...ids: string[]) =>
    Object.fromEntries((await world.rows<{ event_id: string; first_id: string }>('SELECT event_id, first_id FROM incidents WHERE event_id = ANY($1)', [ids])).map((row) => [row.event_id, row.first_id]));
  const theft = (id: string, data: Data = {}): Data => incidentEvent({ id, data });

  it('updates the alert of the thread, and never cancels it', async () => {
    await arrive([fire('a1')], [theft('a2', { corrects: 'a1' })]);
    expect(await alerts('a1')).toEqual([expect.objectContaining({ highest_level: expect.any(Number), alert_status: 'pending', revision: 2, raised_revision: 1, raise_event_id: 'a1' })]);
    expect(await changes('a1')).toEqual(['1 raised', '2 updated']);
    expect(await firstIds('a1', 'a2')).toEqual({ a1: 'a1', a2: 'a1' });
  });

  it('raises again, with a new deadline, when the level is above all before it, even after the police closed it', async () => {
    await arrive([incidentEvent({ id: 'b1', data: { category: 'fire.smoke' } })]);
    await world.rows(`UPDATE alerts SET alert_status = 'closed', closed_by = 'Tr.úy An', closed_at = now(), disposition = 'unfounded', revision = 2 WHERE first_id = 'b1'`);
    await world.rows(`INSERT INTO deliveries (id, kind, receiver_id, alert_id, change, revision, escalation, message_key, body, created_at, next_attempt_at)
      SELECT gen_random_uuid(), 'alert', 'topic:alert.raised', id, 'closed', 2, 0, 'k', '{}', now(), now() FROM alerts WHERE first_id = 'b1'`);
    await arrive([incidentEvent({ id: 'b2', data: { category: 'fire.fire', corrects: 'b1', injured: 12, severity: 'Extreme', verification: 4 } })]);
    const [alert] = await world.rows(`SELECT alert_status, revision, raised_revision, raise_event_id, level, highest_level, closed_by, disposition, acknowledge_by FROM alerts WHERE first_id = 'b1'`);
    expect(alert).toEqual({
      alert_status: 'pending', revision: 3, raised_revision: 3, raise_event_id: 'b2', level: 3, highest_level: 3, closed_by: null, disposition: null, acknowledge_by: new Date(NOW + 180_000),
    });
  });

  it('takes a correction that arrives before what it corrects; the late original changes nothing', async () => {
    await arrive([fire('c2', { corrects: 'c1' })], [fire('c1', { injured: 30, severity: 'Extreme' })]);
    expect(await alerts('c1')).toEqual([expect.objectContaining({ revision: 1, raise_event_id: 'c2' })]);
    expect(await firstIds('c1', 'c2')).toEqual({ c1: 'c1', c2: 'c1' });
  });

  it('folds a thread inside one chunk, in any cutting, to the same alert and the same messages', async () => {
    const story = (n: string) => [fire(`${n}1`), theft(`${n}2`, { corrects: `${n}1` }), fire(`${n}3`, { corrects: `${n}2`, injured: 9, severity: 'Extreme', verification: 4 })];
    await arrive(story('d'));
    const [e1, e2, e3] = story('e');
    await arrive([e1 ?? null, e2 ?? null], [e3 ?? null]);
    const bare = (rows: Data[]) => rows.map(({ raise_event_id, ...row }) => ({ ...row, raised: String(raise_event_id).slice(1) }));
    expect(bare(await alerts('d1'))).toEqual(bare(await alerts('e1')));
    expect(await changes('d1')).toEqual(['1 raised', '2 updated', '3 raised']);
    expect(await changes('e1')).toEqual(await changes('d1'));
    expect(await firstIds('d3', 'e3')).toEqual({ d3: 'd1', e3: 'e1' });
  });

  it('follows a chain whose middle is stored and whose head names a site of its own', async () => {
    await world.registry.seed({
      sites: { name: 's.csv', text: 'id,name,kind,unit_code,lat,lon,capacity\nsecond,Khu thứ hai,resort,08746,21.3,105.7,900\n' },
      publishers: { name: 'p.csv', text: `source,sites\n${SOURCE},*\n` },
    }, new Date(NOW));
    await arrive([fire('f1')], [fire('f2', { corrects: 'f1' }), fire('f3', { corrects: 'f2', siteId: 'second', zone: undefined })], [fire('f4', { corrects: 'f3', siteId: 'second', zone: undefined })]);
    expect(await alerts('f1')).toEqual([expect.objectContaining({ site_id: 'dai-lai', revision: 2 }), expect.objectContaining({ site_id: 'second', revision: 2 })]);
  });

  it('lets an exercise and the real thing never share an alert', async () => {
    await arrive([fire('g1', { status: 'Exercise' }), fire('g2', { corrects: 'g1' })]);
    expect(await alerts('g1')).toHaveLength(2);
    const [exercise] = await world.rows(`SELECT acknowledge_by, data::json->'headline'->>'vi' AS headline FROM alerts WHERE first_id = 'g1' AND status = 'Exercise'`);
    expect(exercise).toEqual({ acknowledge_by: null, headline: expect.stringMatching(/^\[DIỄN TẬP\]/) });
  });

  it.each([
    ['in one chunk', (values: Value[]) => [values]],
    ['in two', (values: Value[]) => values.map((value) => [value])],
  ])('silences no real report by a correction of another status, or of an old log, that came first: %s', async (how, cut) => {
    const occurredAt = new Date(NOW - 48 * 3_600_000).toISOString();
    const p = how.length; // ids of each case are its own
    await arrive(...cut([theft(`t${p}`, { corrects: `t${p}0`, status: 'Test' }), fire(`t${p}0`)]));
    await arrive(...cut([incidentEvent({ id: `u${p}`, data: { corrects: `u${p}0`, occurredAt }, extensions: { backfill: true } }), fire(`u${p}0`)]));
    expect(await alerts(`t${p}0`)).toEqual([expect.objectContaining({ status: 'Actual', revision: 1, raise_event_id: `t${p}0` })]);
    expect(await alerts(`u${p}0`)).toEqual([expect.objectContaining({ status: 'Actual', revision: 1, raise_event_id: `u${p}0` })]);
  });

  it('raises nothing for an old log that is being loaded', async () => {
    const occurredAt = new Date(NOW - 48 * 3_600_000).toISOString();
    await arrive([incidentEvent({ id: 'h1', data: { category: 'fire.fire', occurredAt }, extensions: { backfill: true } }), incidentEvent({ id: 'h2', data: { category: 'fire.fire' }, extensions: { backfill: true } })]);
    expect(await alerts('h1')).toEqual([]);
    expect(await alerts('h2')).toHaveLength(1); // younger than 24 h: a defect, and it alerts
  });

  it('loses no change of dispatch or an officer that came between the reading and the writing', async () => {
    await arrive([fire('i1')]);
    const other = world.writer();
    const settled = await Promise.all([
      world.rows(`UPDATE alerts SET alert_status = 'delivered' WHERE first_id = 'i1' AND pg_sleep(0.15) IS NOT NULL`),
      other.settle(chunkOf(next++, [theft('i2', { corrects: 'i1' })])),
    ]);
    expect(settled[1]).toMatchObject({ do: 'advance' });
    expect(await alerts('i1')).toEqual([expect.objectContaining({ alert_status: 'delivered', revision: 2 })]);
    await world.rows(`UPDATE alerts SET alert_status = 'pending' WHERE first_id = 'i1'`); // no webhook was told: check would say so
  });
});

describe('check', () => {
  it.each([
    ['an alert is missing', `DELETE FROM deliveries WHERE raise_event_id = 'x1'; DELETE FROM alerts WHERE first_id = 'x1'`, /there is none/],
    ['an alert has another level', `UPDATE alerts SET level = 1 WHERE first_id = 'x1'`, /last incident/],
    ['an alert has no incident', `UPDATE incidents SET level = 0 WHERE event_id = 'x1'`, /has no incident/],
    ['a delivery is missing', `DELETE FROM deliveries WHERE raise_event_id = 'x1'`, /deliveries were written for 0/],
    ['an incident is missing', `DELETE FROM incidents WHERE event_id = 'x2'; DELETE FROM incident_days WHERE category = 'security.theft'`, /counts 2 stored incidents, the table holds 1/],
    ['a quarantine row is missing', `DELETE FROM quarantine`, /the quarantine holds 0/],
    ['records were lost', `UPDATE intake_ledger SET lost = 5, next_offset = next_offset + 5`, /5 records were deleted/],
    ['a partition is stopped', `UPDATE intake_ledger SET stopped_reason = 'because'`, /is stopped: because/],
    ['an alert is marked delivered and is not', `UPDATE alerts SET alert_status = 'delivered'`, /marked delivered/],
  ])('finds that %s', async (_what, damage, problem) => {
    const world = await intakeWorld();
    await world.settle(chunkOf(0, [fire('x1'), incidentEvent({ id: 'x2' }), 'garbage']));
    const check = () => new CheckStore(world.database, shippedPolicies).check();
    expect(await check()).toMatchObject({ problems: [], partitions: [{ firstOffset: 0, nextOffset: 3, stored: 2, duplicate: 0, quarantined: 1, absent: 0, lost: 0 }] });
    for (const statement of damage.split(';')) await world.rows(statement);
    const { problems } = await check();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });
});
