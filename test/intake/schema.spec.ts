import { migrate, openDatabase } from '@vong-gac/database';
import { testDatabase } from '../support';

describe('the schema', () => {
  it('is what the entities say, and migrating again changes nothing', async () => {
    const { url } = await testDatabase('schema');
    expect(await migrate(url)).not.toEqual([]);
    expect(await migrate(url)).toEqual([]);
    const database = openDatabase({ url, poolSize: 1, applicationName: 'schema test' });
    try {
      const source = await database.orm();
      const difference = await source.driver.createSchemaBuilder().log();
      expect(difference.upQueries.map((query) => query.query)).toEqual([]);
    } finally {
      await database.close();
    }
  });

  it('can be taken back', async () => {
    const { url } = await testDatabase('schema-down');
    await migrate(url);
    const database = openDatabase({ url, poolSize: 1, applicationName: 'schema test' });
    try {
      const source = await database.orm();
      for (let left = source.migrations.length; left > 0; left--) await source.undoLastMigration();
      const left = await database.query<{ name: string }>(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_name <> 'migrations'",
      );
      expect(left).toEqual([]);
    } finally {
      await database.close();
    }
  });
});
