/** The registry's part of the first schema. */
export const REGISTRY = `
CREATE TABLE registry_version (
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  version    bigint NOT NULL,
  changed_at timestamptz NOT NULL
);
INSERT INTO registry_version VALUES (true, 0, now());

CREATE TABLE units (
  row_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code          text COLLATE "C" NOT NULL,
  valid_from    date,
  valid_to      date,
  name          text NOT NULL,
  level         text COLLATE "C" NOT NULL CHECK (level IN ('commune', 'district', 'province')),
  parent_code   text COLLATE "C",
  recorded_from timestamptz NOT NULL,
  recorded_to   timestamptz
);
CREATE UNIQUE INDEX units_key ON units (code, COALESCE(valid_from, '-infinity'::date), recorded_from);

CREATE TABLE unit_successions (
  row_id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  from_code       text COLLATE "C" NOT NULL,
  from_valid_from date,
  to_code         text COLLATE "C" NOT NULL,
  to_valid_from   date,
  on_date         date NOT NULL,
  recorded_from   timestamptz NOT NULL,
  recorded_to     timestamptz
);
CREATE UNIQUE INDEX unit_successions_key ON unit_successions
  (from_code, COALESCE(from_valid_from, '-infinity'::date), to_code, COALESCE(to_valid_from, '-infinity'::date), recorded_from);

CREATE TABLE bodies (
  id            text COLLATE "C" NOT NULL,
  name          text NOT NULL,
  unit_code     text COLLATE "C" NOT NULL,
  level         text COLLATE "C" NOT NULL CHECK (level IN ('commune', 'province')),
  parent_id     text COLLATE "C",
  valid_from    date,
  valid_to      date,
  phone         text,
  recorded_from timestamptz NOT NULL,
  recorded_to   timestamptz,
  PRIMARY KEY (id, recorded_from)
);
CREATE TABLE body_successions (
  body_id        text COLLATE "C" NOT NULL,
  predecessor_id text COLLATE "C" NOT NULL,
  recorded_from  timestamptz NOT NULL,
  recorded_to    timestamptz,
  PRIMARY KEY (body_id, predecessor_id, recorded_from)
);

CREATE TABLE sites (
  id            text COLLATE "C" NOT NULL,
  name          text NOT NULL,
  kind          text NOT NULL,
  unit_code     text COLLATE "C" NOT NULL,
  unit_as_of    date NOT NULL,
  lat           double precision NOT NULL,
  lon           double precision NOT NULL,
  capacity      integer NOT NULL,
  phone         text,
  recorded_from timestamptz NOT NULL,
  recorded_to   timestamptz,
  PRIMARY KEY (id, recorded_from)
);
CREATE TABLE zones (
  site_id  text COLLATE "C" NOT NULL,
  id       text COLLATE "C" NOT NULL,
  name     text NOT NULL,
  area_m2  double precision,
  capacity integer,
  water    boolean NOT NULL,
  PRIMARY KEY (site_id, id)
);
CREATE TABLE publishers (
  source text COLLATE "C" PRIMARY KEY
);
CREATE TABLE publisher_sites (
  source  text COLLATE "C" NOT NULL REFERENCES publishers ON DELETE CASCADE,
  site_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (source, site_id)
);
CREATE TABLE receivers (
  id             text COLLATE "C" PRIMARY KEY,
  body_id        text COLLATE "C",
  kind           text COLLATE "C" NOT NULL CHECK (kind IN ('webhook', 'topic')),
  url            text NOT NULL,
  secret         text,
  takes_test     boolean NOT NULL DEFAULT false,
  disabled_at    timestamptz,
  disabled_cause text,
  CHECK ((kind = 'webhook') = (body_id IS NOT NULL AND secret IS NOT NULL))
);
INSERT INTO receivers (id, kind, url, takes_test) VALUES
  ('topic:alert.raised', 'topic', 'alert.raised', true),
  ('topic:event.receipt', 'topic', 'event.receipt', true);
`;
