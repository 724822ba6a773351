import { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The state of a crowd, and each change of it, name the policy that judged it, as assessments do: in their JSON. Until now that was always the
 * built-in one. The keys stand once in each text, because inside a string their quotes would be escaped.
 */
export class PolicyOfCrowds1764000009000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`UPDATE crowd_states SET state = replace(state, ',"posture":', ',${BUILT_IN},"posture":')`);
    await q.query(`UPDATE crowd_changes SET data = replace(data, ',"ratio":', ',${BUILT_IN},"ratio":')`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`UPDATE crowd_states SET state = regexp_replace(state, ',${ANY},"posture":', ',"posture":')`);
    await q.query(`UPDATE crowd_changes SET data = regexp_replace(data, ',${ANY},"ratio":', ',"ratio":')`);
  }
}

const BUILT_IN = '"policy":{"id":"built-in","version":1}';
const ANY = '"policy":\\{"id":"[a-z0-9-]+","version":\\d+\\}';
