import { migrate, openDatabase, receiverId, RegistryStore, SAMPLE_FILES, SeedRefused, StatusStore, type Database, type SeedFiles } from '@vong-gac/database';
import { zoneKey } from '@vong-gac/domain';
import { atEnd, testDatabase } from '../support';

const NOW = new Date('2026-11-23T05:00:00Z');

async function emptyRegistry(): Promise<{ store: RegistryStore; database: Database }> {
  const { url } = await testDatabase('registry');
  await migrate(url);
  const database = openDatabase({ url, poolSize: 2, applicationName: 'registry-store.spec' });
  atEnd(() => database.close());
  return { store: new RegistryStore(database), database };
}

const file = (name: string, text: string) => ({ name, text });

describe('the registry', () => {
  it('holds the event days of a site', async () => {
    const { store } = await emptyRegistry();
    await store.seed(SAMPLE_FILES, NOW);
    const events = file('events.csv', 'site_id,from,to,name\ndai-lai,2026-12-24,2026-12-25,Đêm Giáng sinh\n');
    expect(await store.seed({ events }, NOW)).toMatchObject({ version: 2, tables: { site_events: { added: 1 } } });
    expect(await store.seed({ events }, NOW)).toMatchObject({ version: 2, changed: false });
    expect((await store.load()).siteEvents.get('dai-lai')).toEqual([{ siteId: 'dai-lai', from: '2026-12-24', to: '2026-12-25', name: 'Đêm Giáng sinh' }]);
    await expect(store.seed({ events: file('events.csv', 'site_id,from,to,name\nx,2026-12-24,2026-12-23,X\n') }, NOW)).rejects.toMatchObject({ problems: [{ file: 'events.csv', line: 2, column: 'site_id' }] });
  });

  it('holds the built-in sample after a seed, and a repeat changes nothing', async () => {
    const { store, database } = await emptyRegistry();
    expect(await store.version()).toBe(0);
    const first = await store.seed(SAMPLE_FILES, NOW);
    expect(first).toMatchObject({ version: 1, changed: true, tables: { sites: { added: 1 }, zones: { added: 4 }, bodies: { added: 3 }, publishers: { added: 1 } } });

    const registry = await store.load();
    expect(registry.version).toBe(1);
    expect(registry.sites.get('dai-lai')).toMatchObject({ name: 'Khu nghỉ dưỡng hồ Đại Lải', capacity: 5500, unitCode: '08749', unitAsOf: '2025-02-28' });
    expect(registry.zones.get(zoneKey('dai-lai', 'beach'))).toMatchObject({ water: true });
    expect(registry.bodies.get('ca-xuan-hoa')).toMatchObject({ successorOf: ['ca-ngoc-thanh'], parentId: 'ca-phu-tho' });
    expect(registry.publishers.get('/sites/dai-lai/security')).toEqual({ source: '/sites/dai-lai/security', sites: ['dai-lai'] });
    expect(registry.units).toContainEqual({ code: '08749', name: 'Xã Ngọc Thanh', level: 'commune', parentCode: '244', validFrom: null, validTo: '2025-03-01' });
    expect(registry.receivers.map((receiver) => receiver.id)).toEqual(['topic:alert.raised', 'topic:event.receipt']);

    const rows = await history(database);
    const again = await store.seed(SAMPLE_FILES, new Date('2027-01-01T00:00:00Z'));
    expect(again).toMatchObject({ version: 1, changed: false });
    expect(await history(database)).toEqual(rows);
  });

  it('closes the old row of a changed site and opens a new one, so that what was known before can be asked', async () => {
    const { store } = await emptyRegistry();
    await store.seed(SAMPLE_FILES, NOW);
    const before = new Date();
    const sites = SAMPLE_FILES.sites.text.replace(',5500,', ',6200,');
    expect(await store.seed({ sites: file('s.csv', sites) }, NOW)).toMatchObject({ version: 2, tables: { sites: { changed: 1 } } });
    expect((await store.load()).sites.get('dai-lai')?.capacity).toBe(6200);
    expect((await store.load(before)).sites.get('dai-lai')?.capacity).toBe(5500);
  });

  it('takes a publisher\'s sites as given, and changes the secret of a receiver without changing its id', async () => {
    const { store, database } = await emptyRegistry();
    await store.seed(SAMPLE_FILES, NOW);
    const receivers = (secret: string) => file('r.csv', `body_id,kind,url,secret,takes_test\nca-xuan-hoa,webhook,https://ca.example.vn/in,${secret},true\n`);
    const secrets = ['a', 'b'].map((letter) => `whsec_${Buffer.from(letter.repeat(32)).toString('base64')}`);
    await store.seed({ receivers: receivers(secrets[0] ?? '') }, NOW);
    const id = (await store.load()).receivers.find((receiver) => receiver.kind === 'webhook')?.id;
    expect(await store.seed({ receivers: receivers(secrets[1] ?? '') }, NOW)).toMatchObject({ version: 3, tables: { receivers: { changed: 1, added: 0 } } });
    expect((await store.load()).receivers.find((receiver) => receiver.kind === 'webhook')).toMatchObject({ id, takesTest: true, bodyId: 'ca-xuan-hoa' });
    expect(await database.query('SELECT secret FROM receivers WHERE id = $1', [id])).toEqual([{ secret: secrets[1] }]);
    expect(JSON.stringify(await store.load(), (_key, value: unknown) => (value instanceof Map ? [...value] : value))).not.toContain('whsec_');

    await store.seed({ publishers: file('p.csv', 'source,sites\n/sites/dai-lai/security,*\n') }, NOW);
    expect((await store.load()).publishers.get('/sites/dai-lai/security')?.sites).toEqual(['*']);
  });

  it('takes receivers off, with what waited for them, and refuses one that is not registered', async () => {
    const { store, database } = await emptyRegistry();
    await store.seed(SAMPLE_FILES, NOW);
    const secret = `whsec_${Buffer.alloc(32, 'a').toString('base64')}`;
    const line = (path: string) => `ca-xuan-hoa,webhook,https://ca.example.vn/${path},${secret}\n`;
    const receivers = (...paths: string[]) => file('r.csv', `body_id,kind,url,secret\n${paths.map(line).join('')}`);
    await store.seed({ receivers: receivers('one', 'two') }, NOW);
    const [one, two] = ['one', 'two'].map((path) => receiverId('ca-xuan-hoa', 'webhook', `https://ca.example.vn/${path}`));
    const delivery = (state: string, to: string | undefined) => database.execute(
      `INSERT INTO deliveries (id, kind, receiver_id, message_key, body, created_at, next_attempt_at, state, delivered_at) VALUES (gen_random_uuid(), 'receipt', $1, 'k', '{}', now(), now(), $2, CASE $2 WHEN 'delivered' THEN now() END)`,
      [to, state],
    );
    for (const [state, to] of [['waiting', one], ['delivered', one], ['waiting', two]] as const) await delivery(state, to);

    await expect(store.seed({ removeReceivers: receivers('one', 'three') }, NOW)).rejects.toMatchObject({ problems: [{ file: 'r.csv', line: 3, column: 'url' }] });
    await expect(store.seed({ receivers: receivers('one'), removeReceivers: receivers('one') }, NOW)).rejects.toMatchObject({ problems: [{ problem: expect.stringContaining('--receivers file') }] });
    expect(await store.seed({ removeReceivers: receivers('one') }, NOW)).toMatchObject({ version: 3, tables: { receivers: { removed: 1 } } });
    expect((await store.load()).receivers.map(({ id }) => id)).toEqual(expect.not.arrayContaining([one]));
    expect(await database.query('SELECT receiver_id, state FROM deliveries ORDER BY receiver_id = $1 DESC', [one])).toEqual([{ receiver_id: one, state: 'delivered' }, { receiver_id: two, state: 'waiting' }]);
    expect((await new StatusStore(database).waiting()).map(({ receiverId: id }) => id)).toEqual([two]);
  });

  it('names every problem of every file at once, with file, line, column and remedy, and writes nothing', async () => {
    const { store, database } = await emptyRegistry();
    const files: SeedFiles = {
      sites: file('sites.csv', 'id,name,kind,unit_code,lat,lon,capacity\nHồ Đại Lải,Hồ,resort,8746,21.33,205,5500\n"ok-site","two\nlines",resort,08746,21.3,105.7,10\nok-site,again,resort,08746,21.3,105.7,10\n'),
      zones: file('zones.csv', 'site_id,id,name,area_m2,capacity\nx,y,z,1,1\n'),
      receivers: file('receivers.csv', 'body_id,kind,url,secret\nca-xuan-hoa,webhook,ftp://x,short\n'),
      publishers: file('publishers.csv', 'source,sites\n/a,nowhere\n'),
    };
    const refused = await store.seed(files, NOW).then(() => null, (error: unknown) => error);
    if (!(refused instanceof SeedRefused)) throw new Error('the seed was taken', { cause: refused });
    const places = refused.problems.map(({ file: name, line, column }) => `${name}:${line}:${column}`);
    expect(places).toEqual(expect.arrayContaining([
      'publishers.csv:2:sites', 'receivers.csv:2:body_id', 'receivers.csv:2:secret', 'receivers.csv:2:url',
      'sites.csv:2:id', 'sites.csv:2:lon', 'sites.csv:2:unit_code', 'sites.csv:5:', 'zones.csv:1:water',
    ]));
    expect(refused.problems.every(({ problem, remedy }) => problem !== '' && remedy !== '')).toBe(true);
    expect(JSON.stringify(refused.problems)).not.toContain("'short'");
    expect(await store.version()).toBe(0);
    expect(await history(database)).toEqual({ sites: [], units: 0 });
  });

  it('lets two seeds at the same moment follow each other', async () => {
    const { store } = await emptyRegistry();
    const reports = await Promise.all([store.seed(SAMPLE_FILES, NOW), store.seed(SAMPLE_FILES, NOW)]);
    expect(reports.map((report) => report.changed).sort()).toEqual([false, true]);
    expect(await store.version()).toBe(1);
  });
});

async function history(database: Database): Promise<{ sites: object[]; units: number }> {
  const sites = await database.query('SELECT * FROM sites ORDER BY id, recorded_from');
  const [units] = await database.query<{ n: number }>('SELECT count(*) AS n FROM units');
  return { sites, units: units?.n ?? -1 };
}
