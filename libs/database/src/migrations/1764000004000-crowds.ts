import { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Crowds: the state of each place, its changes, and which visitor volumes are not believed. Volumes that were stored before it are history: the
 * first reading afterwards begins each place's state.
 */
export class Crowds1764000004000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE zones ADD COLUMN exit_width_m double precision;
      ALTER TABLE visitor_volumes ADD COLUMN implausible text COLLATE "C", ADD COLUMN crowd_revision integer;
      COMMENT ON COLUMN visitor_volumes.implausible IS 'Why the count is not believed, a machine word; null: it is, or nothing was asked of it.';
      COMMENT ON COLUMN visitor_volumes.crowd_revision IS 'Which revision of its place''s crowd state it made; null: it changed history only.';

      CREATE TABLE crowd_states (
        site_id        text COLLATE "C" NOT NULL,
        zone           text COLLATE "C" NOT NULL,
        revision       integer NOT NULL,
        state          text NOT NULL,
        alert_source   text COLLATE "C",
        alert_first_id text COLLATE "C",
        changed_at     timestamptz NOT NULL,
        PRIMARY KEY (site_id, zone)
      ) WITH (fillfactor = 50);
      COMMENT ON TABLE crowd_states IS 'One row per place; zone empty: the whole site. Written only over the revision that it was computed from.';
      COMMENT ON COLUMN crowd_states.state IS 'All that the next reading is judged from, JSON, canonical bytes (domain: CrowdState).';

      CREATE TABLE crowd_changes (
        site_id  text COLLATE "C" NOT NULL,
        zone     text COLLATE "C" NOT NULL,
        revision integer NOT NULL,
        source   text COLLATE "C" NOT NULL,
        event_id text COLLATE "C" NOT NULL,
        data     text NOT NULL,
        PRIMARY KEY (site_id, zone, revision)
      );
      COMMENT ON TABLE crowd_changes IS 'Each change of a place''s posture, of what is believed of it, of its measures and of its alert, with the volume that caused it.';
      COMMENT ON COLUMN crowd_changes.data IS 'What changed, the numbers and the reasons, JSON, canonical bytes (domain: CrowdChange).';
    `);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      DROP TABLE crowd_changes, crowd_states;
      ALTER TABLE visitor_volumes DROP COLUMN crowd_revision, DROP COLUMN implausible;
      ALTER TABLE zones DROP COLUMN exit_width_m;
    `);
  }
}
