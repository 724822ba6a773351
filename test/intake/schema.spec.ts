import { migrate, missingAtStart, NEWEST_MIGRATION, openDatabase, openSchema, RegistryStore, SAMPLE_FILES } from '@vong-gac/database';
import { testDatabase } from '../support';

describe('the schema', () => {
  it('is what the entities say, and migrating again changes nothing', async () => {
    const { url } = await testDatabase('schema');
    expect(await migrate(url)).not.toEqual([]);
    expect(await migrate(url)).toEqual([]);
    const source = await openSchema(url, 'schema test');
    try {
      const difference = await source.driver.createSchemaBuilder().log();
      expect(difference.upQueries.map((query) => query.query)).toEqual([]);
    } finally {
      await source.destroy();
    }
  });

  it('can be taken back', async () => {
    const { url } = await testDatabase('schema-down');
    await migrate(url);
    const database = openDatabase({ url, poolSize: 1, applicationName: 'schema test' });
    const source = await openSchema(url, 'schema test');
    try {
      for (let left = source.migrations.length; left > 0; left--) await source.undoLastMigration();
      const left = await database.query<{ name: string }>(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_name <> 'migrations'",
      );
      expect(left).toEqual([]);
    } finally {
      await source.destroy();
      await database.close();
    }
  });

  it('is missed aloud at the start of a service, and so is a migration, and an empty registry', async () => {
    const { url } = await testDatabase('schema-missing');
    const database = openDatabase({ url, poolSize: 1, applicationName: 'schema test' });
    try {
      expect(await missingAtStart(database)).toMatch('run "vong-gac migrate"');
      await migrate(url);
      expect(await missingAtStart(database)).toMatch('run "vong-gac seed"');
      await new RegistryStore(database).seed(SAMPLE_FILES, new Date());
      expect(await missingAtStart(database)).toBeNull();
      const source = await openSchema(url, 'schema test');
      const newest = source.migrations.at(-1)?.constructor.name;
      await source.undoLastMigration();
      await source.destroy();
      expect(newest?.endsWith(String(NEWEST_MIGRATION))).toBe(true);
      expect(await missingAtStart(database)).toMatch('older than this release: run "vong-gac migrate"');
    } finally {
      await database.close();
    }
  });
});
