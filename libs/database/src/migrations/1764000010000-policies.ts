import { MigrationInterface, QueryRunner } from 'typeorm';

/** The life of risk policies: their documents, what was decided about them, and what a candidate in the shadow would have decided otherwise. */
export class Policies1764000010000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      CREATE TABLE policies (
        id         text COLLATE "C" NOT NULL,
        version    integer NOT NULL,
        document   text NOT NULL,
        digest     text COLLATE "C" NOT NULL,
        author     text NOT NULL,
        valid_from date NOT NULL,
        stored_at  timestamptz NOT NULL,
        PRIMARY KEY (id, version)
      );
      COMMENT ON TABLE policies IS 'Policy documents, each stored once; rows are never changed: every assessment that names one can be computed again.';
      COMMENT ON COLUMN policies.document IS 'The YAML text, exactly as it was given.';
      COMMENT ON COLUMN policies.digest IS 'SHA-256 of the document, hexadecimal.';

      CREATE TABLE policy_decisions (
        seq            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        role           text COLLATE "C" NOT NULL,
        policy_id      text COLLATE "C",
        policy_version integer,
        effective_at   timestamptz NOT NULL,
        decided_by     text NOT NULL,
        why            text NOT NULL,
        decided_at     timestamptz NOT NULL,
        CONSTRAINT policy_decisions_role CHECK (role IN ('active', 'shadow')),
        CONSTRAINT policy_decisions_policy CHECK ((policy_id IS NULL) = (policy_version IS NULL) AND (role = 'shadow' OR policy_id IS NOT NULL))
      );
      COMMENT ON TABLE policy_decisions IS 'Activations (from which receipt on a policy grades) and candidates for the shadow. Only added to; written while nobody writes intake_ledger.';
      COMMENT ON COLUMN policy_decisions.policy_id IS 'null: nothing grades in the shadow any more.';

      CREATE TABLE shadow_counts (
        shadow         bigint NOT NULL,
        policy_id      text COLLATE "C" NOT NULL,
        policy_version integer NOT NULL,
        hour           timestamptz NOT NULL,
        partition      integer NOT NULL,
        from_level     smallint NOT NULL,
        to_level       smallint NOT NULL,
        count          bigint NOT NULL,
        example        uuid NOT NULL,
        PRIMARY KEY (shadow, policy_id, policy_version, hour, partition, from_level, to_level)
      ) WITH (fillfactor = 70);
      COMMENT ON TABLE shadow_counts IS 'Incidents by hour of receipt and by the level that the policy in force gave (from) and the candidate would have given (to). The partition is in the key so that two writers never wait for each other.';
      COMMENT ON COLUMN shadow_counts.shadow IS 'policy_decisions.seq of the candidate.';
      COMMENT ON COLUMN shadow_counts.example IS 'One of these incidents, the last that was counted.';
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE shadow_counts, policy_decisions, policies');
  }
}
