import { MigrationInterface, QueryRunner } from 'typeorm';
import { REGISTRY } from './1764000000000-registry-tables';

/**
 * The first schema. Keys are compared byte by byte (COLLATE "C"): cheaper than a locale, and the same on every machine.
 * Registry tables that decide jurisdiction are bitemporal: valid_* says when it was so, recorded_* says when we knew it.
 */
export class FirstSchema1764000000000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(REGISTRY);
    await q.query(EVENTS);
    await q.query(ALERTS);
    await q.query(INTAKE);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`DROP TABLE deliveries, alerts, event_repeats, quarantine, intake_ledger, visitor_volumes, incidents,
      receivers, publisher_sites, publishers, zones, sites, body_successions, bodies, unit_successions, units, registry_version`);
  }
}

const EVENTS = `
CREATE TABLE incidents (
  id               uuid PRIMARY KEY,
  source           text COLLATE "C" NOT NULL,
  event_id         text COLLATE "C" NOT NULL,
  site_id          text COLLATE "C" NOT NULL,
  category         text COLLATE "C" NOT NULL,
  category_as_sent text NOT NULL,
  occurred_at      timestamptz NOT NULL,
  reported_at      timestamptz,
  received_at      timestamptz NOT NULL,
  status           text COLLATE "C" NOT NULL,
  severity         text COLLATE "C",
  urgency          text COLLATE "C",
  certainty        text COLLATE "C",
  verification     smallint,
  zone             text,
  lat              double precision,
  lon              double precision,
  description      text,
  injured          integer,
  involved         integer,
  weapon           boolean,
  corrects         text COLLATE "C",
  first_id         text COLLATE "C" NOT NULL,
  backfill         boolean NOT NULL,
  level            smallint NOT NULL,
  score            integer NOT NULL,
  police_body_id   text COLLATE "C" NOT NULL,
  assessment       text NOT NULL,
  defects          text,
  original         text NOT NULL,
  envelope         text,
  kafka_partition  integer NOT NULL,
  kafka_generation integer NOT NULL,
  kafka_offset     bigint NOT NULL,
  CONSTRAINT incidents_event UNIQUE (source, event_id)
) WITH (toast_tuple_target = 4080);
CREATE INDEX incidents_corrects ON incidents (source, corrects) WHERE corrects IS NOT NULL;
COMMENT ON COLUMN incidents.id IS 'Derived: milliseconds of occurred_at (48 bits), then a hash of source and event id. One index serves the key, the time range and the stable cursor.';
COMMENT ON COLUMN incidents.level IS '0 low, 1 moderate, 2 high, 3 critical';
COMMENT ON COLUMN incidents.original IS 'The record value as it came, exact text.';
COMMENT ON COLUMN incidents.envelope IS 'The ce_ headers of a binary CloudEvent as a JSON object; null where the value is the whole event.';
COMMENT ON COLUMN incidents.kafka_offset IS 'Within partition and generation: the order of arrival. Records of one send have the same received_at.';
COMMENT ON COLUMN incidents.assessment IS 'Policy, context used and reasons, JSON, canonical bytes.';

CREATE TABLE visitor_volumes (
  source         text COLLATE "C" NOT NULL,
  event_id       text COLLATE "C" NOT NULL,
  site_id        text COLLATE "C" NOT NULL,
  zone           text COLLATE "C",
  measured_at    timestamptz NOT NULL,
  received_at    timestamptz NOT NULL,
  occupancy      integer NOT NULL,
  entered        integer,
  left_count     integer,
  window_seconds integer,
  kind           text COLLATE "C" NOT NULL,
  defects        text,
  original       text NOT NULL,
  envelope       text,
  PRIMARY KEY (source, event_id)
);
CREATE INDEX visitor_volumes_place ON visitor_volumes (site_id, COALESCE(zone, ''), measured_at);
COMMENT ON INDEX visitor_volumes_place IS 'A place is (site, zone or empty for the whole site), as zoneKey of libs/domain.';

CREATE TABLE event_repeats (
  type     text COLLATE "C" NOT NULL CHECK (type IN ('incident', 'volume')),
  source   text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  count    bigint NOT NULL,
  last_at  timestamptz NOT NULL,
  PRIMARY KEY (type, source, event_id)
);
COMMENT ON TABLE event_repeats IS 'How often a stored event came again with the same content.';
`;

const ALERTS = `
CREATE TABLE alerts (
  id               uuid PRIMARY KEY,
  source           text COLLATE "C" NOT NULL,
  site_id          text COLLATE "C" NOT NULL,
  status           text COLLATE "C" NOT NULL,
  first_id         text COLLATE "C" NOT NULL,
  level            smallint NOT NULL,
  highest_level    smallint NOT NULL,
  alert_status     text COLLATE "C" NOT NULL,
  revision         integer NOT NULL,
  raised_revision  integer NOT NULL,
  raise_event_id   text COLLATE "C" NOT NULL,
  escalation       smallint NOT NULL,
  raised_at        timestamptz NOT NULL,
  acknowledge_by   timestamptz,
  police_body_id   text COLLATE "C" NOT NULL,
  data             text NOT NULL,
  acknowledged_by  text,
  acknowledged_at  timestamptz,
  acknowledge_note text,
  closed_by        text,
  closed_at        timestamptz,
  close_note       text,
  disposition      text COLLATE "C",
  changed_at       timestamptz NOT NULL,
  CONSTRAINT alerts_thread UNIQUE (source, first_id, site_id, status)
);
CREATE INDEX alerts_open ON alerts (id) WHERE alert_status IN ('pending', 'delivered');
COMMENT ON TABLE alerts IS 'One row per thread of incidents that must be told.';
COMMENT ON COLUMN alerts.data IS 'What a message about this alert says of the incident, the site and the reasons, JSON (contracts: AlertContent).';

CREATE TABLE deliveries (
  id              uuid PRIMARY KEY,
  kind            text COLLATE "C" NOT NULL CHECK (kind IN ('alert', 'receipt')),
  receiver_id     text COLLATE "C" NOT NULL,
  alert_id        uuid,
  change          text COLLATE "C",
  revision        integer,
  escalation      smallint,
  raise_event_id  text COLLATE "C",
  message_key     text NOT NULL,
  body            text NOT NULL,
  state           text COLLATE "C" NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered')),
  created_at      timestamptz NOT NULL,
  next_attempt_at timestamptz NOT NULL,
  leased_until    timestamptz,
  leased_by       text,
  attempts        integer NOT NULL DEFAULT 0,
  last_answer     text,
  delivered_at    timestamptz,
  CHECK ((kind = 'alert') = (alert_id IS NOT NULL))
);
CREATE INDEX deliveries_due ON deliveries (receiver_id, next_attempt_at) WHERE state = 'waiting';
CREATE INDEX deliveries_alert ON deliveries (alert_id) WHERE alert_id IS NOT NULL;
COMMENT ON TABLE deliveries IS 'Outbox and delivery log: one row per (alert, change, receiver), and one per receipt. The body never changes once written.';
`;

const INTAKE = `
CREATE TABLE intake_ledger (
  topic             text COLLATE "C" NOT NULL,
  partition         integer NOT NULL,
  generation        integer NOT NULL,
  first_offset      bigint NOT NULL,
  next_offset       bigint NOT NULL,
  stored            bigint NOT NULL DEFAULT 0,
  duplicate         bigint NOT NULL DEFAULT 0,
  quarantined       bigint NOT NULL DEFAULT 0,
  absent            bigint NOT NULL DEFAULT 0,
  lost              bigint NOT NULL DEFAULT 0,
  last_offset       bigint,
  last_timestamp    timestamptz,
  last_digest       bytea,
  stopped_reason    text,
  lost_accepted     bigint NOT NULL DEFAULT 0,
  lost_accepted_by  text,
  closed_at         timestamptz,
  closed_by         text,
  opened_at         timestamptz NOT NULL,
  changed_at        timestamptz NOT NULL,
  PRIMARY KEY (topic, partition, generation),
  CONSTRAINT intake_ledger_adds_up CHECK (stored + duplicate + quarantined + absent + lost = next_offset - first_offset)
) WITH (fillfactor = 50);
CREATE UNIQUE INDEX intake_ledger_open ON intake_ledger (topic, partition) WHERE closed_at IS NULL;
COMMENT ON TABLE intake_ledger IS 'Per partition: how every offset ended. Changed in the transaction that writes the rows; the authority over Kafka''s group offset.';

CREATE TABLE quarantine (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic          text COLLATE "C" NOT NULL,
  partition      integer NOT NULL,
  generation     integer NOT NULL,
  "offset"       bigint NOT NULL,
  kafka_time     timestamptz NOT NULL,
  key            bytea,
  headers        text NOT NULL,
  value          bytea,
  value_bytes    integer NOT NULL,
  value_sha256   bytea NOT NULL,
  reason         text COLLATE "C" NOT NULL,
  detail         text NOT NULL,
  source         text COLLATE "C",
  event_id       text COLLATE "C",
  first_seen     timestamptz NOT NULL,
  state          text COLLATE "C" NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'released', 'discarded')),
  state_by       text,
  state_at       timestamptz,
  CONSTRAINT quarantine_record UNIQUE (topic, partition, generation, "offset")
);
CREATE INDEX quarantine_event ON quarantine (source, event_id) WHERE source IS NOT NULL;
COMMENT ON COLUMN quarantine.headers IS 'JSON array of [name, value as base64], in order, repeats kept.';
`;
