import { CheckStore, migrate, openDatabase, openSchema } from '@vong-gac/database';
import { builtInDocument, policyOf, shippedPolicies } from '@vong-gac/policy';
import { testDatabase } from '../support';
import { chunkOf, intakeWorld, NOW, volumeEvent } from './world';

describe('a database that intake wrote to before the ledger counted volumes', () => {
  it('has its volumes counted by their topic', async () => {
    const { url } = await testDatabase('upgrade');
    await migrate(url);
    const database = openDatabase({ url, poolSize: 1, applicationName: 'upgrade test' });
    const source = await openSchema(url, 'upgrade test');
    try {
      const counts = async () => (await database.query(`SELECT FROM information_schema.columns WHERE table_name = 'intake_ledger' AND column_name = 'stored_volumes'`)).length > 0;
      while (await counts()) await source.undoLastMigration();
      await database.execute(`INSERT INTO intake_ledger (topic, partition, generation, first_offset, next_offset, stored, duplicate, opened_at, changed_at)
        SELECT topic, 0, 1, 0, 7, 5, 2, now(), now() FROM unnest(ARRAY['incident.reported', 'visitor-volume.measured']) topic`);
      await migrate(url);
      expect(await database.query('SELECT topic, stored_volumes AS stored, duplicate_volumes AS duplicate FROM intake_ledger ORDER BY topic')).toEqual([
        { topic: 'incident.reported', stored: 0, duplicate: 0 },
        { topic: 'visitor-volume.measured', stored: 5, duplicate: 2 },
      ]);
    } finally {
      await source.destroy();
      await database.close();
    }
  });
});

describe('a database whose volumes were stored before crowds were judged', () => {
  it('keeps them as history: nothing is said of them, and check finds nothing wrong', async () => {
    const { url } = await testDatabase('upgrade-crowds');
    await migrate(url);
    const database = openDatabase({ url, poolSize: 1, applicationName: 'upgrade test' });
    const source = await openSchema(url, 'upgrade test');
    try {
      const judges = async () => (await database.query(`SELECT FROM information_schema.tables WHERE table_name = 'crowd_states'`)).length > 0;
      while (await judges()) await source.undoLastMigration();
      await database.execute(`INSERT INTO zones (site_id, id, name, water) VALUES ('dai-lai', 'pool', 'Bể bơi', true)`);
      await database.execute(`INSERT INTO visitor_volumes (source, event_id, site_id, measured_at, received_at, occupancy, kind, original) VALUES ('/gates', 'v1', 'dai-lai', now(), now(), 5400, 'measured', '{}')`);
      await migrate(url);
      expect(await database.query('SELECT implausible, crowd_revision AS revision FROM visitor_volumes')).toEqual([{ implausible: null, revision: null }]);
      expect(await database.query('SELECT exit_width_m AS width FROM zones')).toEqual([{ width: null }]);
      expect((await new CheckStore(database, shippedPolicies).check()).problems).toEqual(['the ledger counts 0 stored visitor volumes, the table holds 1']);
    } finally {
      await source.destroy();
      await database.close();
    }
  });
});

describe('a database whose crowds were judged before they named their policy', () => {
  it('says that it was the built-in one, and check finds each as it was', async () => {
    const world = await intakeWorld();
    const measuredAt = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString();
    await world.settle(chunkOf(0, [volumeEvent({ id: 'v1', data: { zone: 'stage', occupancy: 2_960, measuredAt: measuredAt(9) } }), volumeEvent({ id: 'v2', data: { zone: 'stage', occupancy: 2_970, measuredAt: measuredAt(8) } })]));
    const texts = () => world.rows<{ text: string }>('SELECT state AS text FROM crowd_states UNION ALL SELECT data FROM crowd_changes ORDER BY 1');
    const named = await texts();
    const source = await openSchema(world.url, 'upgrade test');
    try {
      while ((await texts()).some(({ text }) => text.includes('"policy":'))) await source.undoLastMigration();
      expect((await texts()).map(({ text }) => text)).toEqual(named.map(({ text }) => text.replace('"policy":{"id":"built-in","version":2},', '')));
      await migrate(world.url);
      // There was but one version then.
      expect(await texts()).toEqual(named.map(({ text }) => ({ text: text.replace('"policy":{"id":"built-in","version":2}', '"policy":{"id":"built-in","version":1}') })));
      const first = policyOf(builtInDocument().replace(/^version: .*$/m, 'version: 1'));
      expect((await new CheckStore(world.database, ({ version }) => (version === 1 ? first : null)).check()).problems).toEqual([]);
    } finally {
      await source.destroy();
    }
  });
});
