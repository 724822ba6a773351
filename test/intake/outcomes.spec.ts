import { chunkOf, fire, incidentEvent, intakeWorld, recordAt, SOURCE, volumeEvent, type World } from './world';

describe('every record ends in exactly one way', () => {
  let world: World;
  let partition = 0;
  /** Each test reads a partition of its own from offset 0, with ids of its own. */
  const own = () => ({ partition: (partition += 1) });
  beforeAll(async () => {
    world = await intakeWorld();
  });

  it('stores an incident and a volume, and tells where a resume begins', async () => {
    const place = own();
    const verdict = await world.settle(chunkOf(0, [incidentEvent({ id: 'a-1' }), volumeEvent({ id: 'a-2' })], place));
    expect(verdict).toEqual({ do: 'advance', nextOffset: 2, commitOffset: 1 });
    expect(await world.account(undefined, place.partition)).toEqual({ nextOffset: 2, stored: 2, duplicate: 0, quarantined: 0, absent: 0, lost: 0 });
    const [incident] = await world.rows(`SELECT site_id, category, status, first_id, backfill, level, police_body_id, defects, original::json->'data'->>'description' AS description
      FROM incidents WHERE source = $1 AND event_id = 'a-1'`, [SOURCE]);
    expect(incident).toEqual({
      site_id: 'dai-lai', category: 'security.theft', status: 'Actual', first_id: 'a-1', backfill: false, level: expect.any(Number),
      police_body_id: 'ca-xuan-hoa', defects: null, description: 'Mất túi xách ở bãi tắm',
    });
    expect(await world.rows("SELECT occupancy, zone, kind FROM visitor_volumes WHERE event_id = 'a-2'")).toEqual([{ occupancy: 4_200, zone: null, kind: 'measured' }]);
  });

  it('raises an alert with its first deliveries in the same transaction', async () => {
    await world.settle(chunkOf(0, [fire('b-1')], own()));
    const [alert] = await world.rows('SELECT alert_status, revision, escalation, police_body_id, raise_event_id FROM alerts WHERE first_id = $1', ['b-1']);
    expect(alert).toEqual({ alert_status: 'pending', revision: 1, escalation: 0, police_body_id: 'ca-xuan-hoa', raise_event_id: 'b-1' });
    const deliveries = await world.rows("SELECT kind, receiver_id, change, state FROM deliveries WHERE raise_event_id = 'b-1'");
    expect(deliveries).toEqual([{ kind: 'alert', receiver_id: 'topic:alert.raised', change: 'raised', state: 'waiting' }]);
  });

  it('counts the same event again as a duplicate, inside a chunk and against the store', async () => {
    const place = own();
    const event = incidentEvent({ id: 'c-1' });
    await world.settle(chunkOf(0, [event, event], place));
    await world.settle(chunkOf(2, [{ ...event, time: '2026-07-04T13:59:00Z', sequence: 7 }], place));
    expect(await world.account(undefined, place.partition)).toMatchObject({ nextOffset: 3, stored: 1, duplicate: 2 });
    expect(await world.rows("SELECT type, count FROM event_repeats WHERE event_id = 'c-1'")).toEqual([{ type: 'incident', count: 2 }]);
  });

  it('quarantines another content under a known id, inside a chunk and against the store, and never overwrites', async () => {
    const place = own();
    const changed = (text: string) => incidentEvent({ id: 'd-1', data: { description: text } });
    await world.settle(chunkOf(0, [changed('first'), changed('second')], place));
    await world.settle(chunkOf(2, [changed('third')], place));
    expect(await world.account(undefined, place.partition)).toMatchObject({ stored: 1, duplicate: 0, quarantined: 2 });
    expect(await world.rows("SELECT description FROM incidents WHERE event_id = 'd-1'")).toEqual([{ description: 'first' }]);
    expect(await world.rows("SELECT reason, state, \"offset\" FROM quarantine WHERE event_id = 'd-1' ORDER BY \"offset\"")).toEqual([
      { reason: 'conflicting-duplicate', state: 'held', offset: 1 },
      { reason: 'conflicting-duplicate', state: 'held', offset: 2 },
    ]);
  });

  it.each([
    ['not-json', Buffer.from([0x7b, 0xff, 0xfe])],
    ['not-json', '{"id":'],
    ['not-cloudevent', '{"hello":"world"}'],
    ['unknown-type', incidentEvent({ id: 'q-1', type: 'vn.vonggac.incident.vanished.v1' })],
    ['unsupported-version', incidentEvent({ id: 'q-2', type: 'vn.vonggac.incident.reported.v9' })],
    ['invalid-data', incidentEvent({ id: 'q-3', data: { category: undefined } })],
    ['too-large', incidentEvent({ id: 'q-4', data: { description: 'x'.repeat(1_048_577) } })],
    ['unknown-publisher', incidentEvent({ id: 'q-5', source: '/sites/nobody' })],
    ['unknown-site', incidentEvent({ id: 'q-6', data: { siteId: 'atlantis' } })],
    ['time-out-of-range', volumeEvent({ id: 'q-7', data: { measuredAt: '1999-01-01T00:00:00Z' } })],
  ])('quarantines %s with the exact bytes, and its neighbours go on', async (reason, value) => {
    const place = own();
    const chunk = chunkOf(0, [incidentEvent({ id: `n-${place.partition}` }), value, incidentEvent({ id: `m-${place.partition}` })], place);
    const bytes = chunk.records[1]?.value;
    await world.settle(chunk);
    expect(await world.account(undefined, place.partition)).toMatchObject({ nextOffset: 3, stored: 2, quarantined: 1 });
    const [row] = await world.rows<{ reason: string; value: Buffer; value_bytes: number; key: Buffer; headers: string; detail: string }>(
      'SELECT reason, value, value_bytes, key, headers, detail FROM quarantine WHERE partition = $1', [place.partition]);
    expect(row).toMatchObject({ reason, value_bytes: bytes?.length, headers: '[]' });
    expect(row?.value.equals(bytes ?? Buffer.alloc(0))).toBe(true);
    expect(row?.key.toString()).toBe('dai-lai');
    expect(row?.detail.length).toBeGreaterThan(10);
  });

  it('is not held up by a small batch that unpacks to a huge value: its beginning, size and digest are kept, and its neighbours go on', async () => {
    const place = own();
    const huge = Buffer.alloc(300 * 1024 * 1024, ' ');
    await world.settle(chunkOf(0, [incidentEvent({ id: `bomb-${place.partition}` }), huge, incidentEvent({ id: `after-${place.partition}` })], place));
    expect(await world.account(undefined, place.partition)).toMatchObject({ nextOffset: 3, stored: 2, quarantined: 1 });
    const [row] = await world.rows('SELECT reason, value_bytes, length(value) AS kept, detail FROM quarantine WHERE partition = $1', [place.partition]);
    expect(row).toEqual({ reason: 'too-large', value_bytes: huge.length, kept: 1_048_576, detail: expect.stringContaining('the first 1048576 are kept') });
  });

  it('keeps key, headers with repeats, and a record without a value', async () => {
    const place = own();
    const headers = [['a', Buffer.from([1, 2])], ['a', Buffer.from('ü')]] as const;
    await world.settle({ ...chunkOf(0, [null], place), records: [recordAt(0, null, { headers, key: null })] });
    const [row] = await world.rows('SELECT reason, key, value, headers FROM quarantine WHERE partition = $1', [place.partition]);
    expect(row).toEqual({ reason: 'not-cloudevent', key: null, value: null, headers: JSON.stringify([['a', 'AQI='], ['a', 'w7w=']]) });
  });

  it('refuses a publisher for a site that is not his', async () => {
    await world.registry.seed({ publishers: { name: 'p.csv', text: 'source,sites\n/sites/other,other-site\n' }, sites: { name: 's.csv', text: 'id,name,kind,unit_code,lat,lon,capacity\nother-site,Other,resort,08746,21.3,105.7,100\n' } }, new Date());
    const place = own();
    await world.settle(chunkOf(0, [incidentEvent({ id: 'r-1', source: '/sites/other' })], place));
    expect(await world.rows('SELECT reason FROM quarantine WHERE partition = $1', [place.partition])).toEqual([{ reason: 'not-allowed-for-site' }]);
  });

  it('lets a change of the registry count from the next chunk on', async () => {
    const place = own();
    await world.settle(chunkOf(0, [incidentEvent({ id: 'reg-1', source: '/sites/new' })], place));
    await world.registry.seed({ publishers: { name: 'p.csv', text: 'source,sites\n/sites/new,*\n' } }, new Date());
    await world.settle(chunkOf(1, [incidentEvent({ id: 'reg-2', source: '/sites/new' })], place));
    expect(await world.account(undefined, place.partition)).toMatchObject({ stored: 1, quarantined: 1 });
  });

  it('stores an event with a wrong detail, keeps the defect and tells the publisher', async () => {
    const place = own();
    await world.settle(chunkOf(0, [incidentEvent({ id: 'f-1', data: { injured: 'many', category: 'fire.inferno' } })], place));
    const [row] = await world.rows<{ defects: string; injured: number | null }>("SELECT defects, injured FROM incidents WHERE event_id = 'f-1'");
    expect(JSON.parse(row?.defects ?? '[]')).toHaveLength(2);
    expect(row?.injured).toBeNull();
    const [receipt] = await world.rows<{ body: string }>("SELECT body FROM deliveries WHERE kind = 'receipt' AND body::json->'data'->>'eventId' = 'f-1'");
    expect(JSON.parse(receipt?.body ?? '{}').data).toMatchObject({ outcome: 'accepted-with-defects', source: SOURCE, topic: 'incident.reported', partition: place.partition, offset: 0 });
  });

  it('tells a known publisher what was refused, and nobody else', async () => {
    const place = own();
    await world.settle(chunkOf(0, [incidentEvent({ id: 'g-1', data: { siteId: 'atlantis' } }), incidentEvent({ id: 'g-2', source: '/who' }), 'garbage'], place));
    const receipts = await world.rows<{ body: string; message_key: string }>("SELECT body, message_key FROM deliveries WHERE kind = 'receipt' AND (body::json->'data'->>'partition')::int = $1", [place.partition]);
    expect(receipts).toHaveLength(1);
    expect(receipts[0]?.message_key).toBe(SOURCE);
    expect(JSON.parse(receipts[0]?.body ?? '{}').data).toMatchObject({ outcome: 'rejected', reason: 'unknown-site', eventId: 'g-1' });
  });

  it('stores what no text column takes with a sign in its place, and the original as it came', async () => {
    const text = JSON.stringify(incidentEvent({ id: 'h-1', data: { description: 'a\u0000b \ud800 c', categoryNote: 1e300 } }));
    await world.settle(chunkOf(0, [text], own()));
    const [row] = await world.rows<{ description: string; original: string }>("SELECT description, original FROM incidents WHERE event_id = 'h-1'");
    expect(row?.description).toBe('a\ufffdb \ufffd c');
    expect(row?.original).toBe(text);
  });
});
