import type { VolumeKind } from '@vong-gac/domain';
import type { Prepared } from './data-source';
import { SEQ } from './policy.store';
import { exactReadingsOf } from './volume-windows';

/** Incidents that must share a merged window on average, for reading all of it to cost less than asking for each of them: half an hour of a place has some thirty readings, an ask brings four. */
export const INCIDENTS_A_WINDOW = 8;

/** Readings that merged windows may hold; where there are more (a counter gone mad fills half an hour with thousands), each incident is asked for by itself after all. */
export const readingsMax = (incidents: number): number => 4 * incidents;

export type VolumeAsJson = [siteId: string, zone: string | null, measuredAt: number, occupancy: number, kind: VolumeKind, counted: boolean];

/** An event that is stored already: a hash of its original, and whether it came in binary mode. */
export type StoredAsJson = [n: number, sha256: string, binary: boolean];

export interface AlertAsJson {
  id: string;
  source: string;
  site_id: string;
  status: string;
  first_id: string;
  level: number;
  highest_level: number;
  alert_status: string;
  revision: number;
  raised_revision: number;
  raise_event_id: string;
  raise_source: string;
  escalation: number;
  raised_at: number;
  acknowledge_by: number | null;
  police_body_id: string;
  /** What it says (AlertContent), as JSON. */
  data: string;
}

/** The state of a place's crowd: CrowdState as text. */
export type CrowdAsJson = [siteId: string, zone: string, state: string];

/** One row; each part is null where nothing was found. `n` counts the events given, from one. */
export interface ContextRow {
  version: number;
  /** The newest decision about policies; 0: there is none. */
  policy_seq: number;
  /** Of the partition's open ledger row. */
  generation: number | null;
  incidents: StoredAsJson[] | null;
  volumes: StoredAsJson[] | null;
  corrected: [n: number, siteId: string, status: string, backfill: boolean][] | null;
  first_ids: [n: number, firstId: string, founderSource: string | null, founderFirstId: string | null, siteId: string, status: string][] | null;
  alerts: AlertAsJson[] | null;
  readings: VolumeAsJson[] | null;
  crowds: CrowdAsJson[] | null;
}

const version = (row: string): string => `encode(sha256(convert_to(${row}.original, 'UTF8')), 'hex'), ${row}.envelope IS NOT NULL`;
const epochMs = (expression: string): string => `round(extract(epoch FROM ${expression}) * 1000)::int8`;

const alertAsJson = `json_build_object('id', a.id, 'source', a.source, 'site_id', a.site_id, 'status', a.status, 'first_id', a.first_id, 'level', a.level, 'highest_level', a.highest_level, 'alert_status', a.alert_status, 'revision', a.revision, 'raised_revision', a.raised_revision, 'raise_event_id', a.raise_event_id, 'raise_source', a.raise_source, 'escalation', a.escalation, 'raised_at', ${epochMs('a.raised_at')}, 'acknowledge_by', ${epochMs('a.acknowledge_by')}, 'police_body_id', a.police_body_id, 'data', a.data)`;

/**
 * $1, $2 source and id of the chunk's incidents · $3, $4 of its volumes · $5, $6 source and corrected id of its corrections ·
 * $7–$10 site, zone (empty: whole site), from and to of the windows in which readings may matter · $11, $12 topic and partition ·
 * $13 whether to look for the events themselves · $14, $15 site and zone (empty: whole site) of the places of its volumes · $16 most readings of merged windows; null: the windows are of one incident each.
 * $17 the sources of its incidents, each once: of a source that never corrected anything no event is looked up among the corrected.
 * `>= ''` is every corrected id, and only `incidents_corrects` can be read by it: the key of (source, event_id) would be read through.
 * Alerts are looked up by source and first id alone, whatever their site and status: a thread that begins inside the chunk is found too.
 */
export const CONTEXT_QUERY: Prepared = {
  name: 'context',
  text: `SELECT
    (SELECT version FROM registry_version) AS version,
    (${SEQ}) AS policy_seq,
    (SELECT generation FROM intake_ledger WHERE topic = $11 AND partition = $12 AND closed_at IS NULL) AS generation,
    (SELECT json_agg(json_build_array(k.n, ${version('i')}))
      FROM unnest($1::text[], $2::text[]) WITH ORDINALITY k(source, event_id, n)
      JOIN incidents i ON i.source = k.source AND i.event_id = k.event_id WHERE $13) AS incidents,
    (SELECT json_agg(json_build_array(k.n, ${version('v')}))
      FROM unnest($3::text[], $4::text[]) WITH ORDINALITY k(source, event_id, n)
      JOIN visitor_volumes v ON v.source = k.source AND v.event_id = k.event_id WHERE $13) AS volumes,
    (SELECT json_agg(json_build_array(k.n, i.site_id, i.status, i.backfill))
      FROM unnest($1::text[], $2::text[]) WITH ORDINALITY k(source, event_id, n)
      JOIN incidents i ON i.source = k.source AND i.corrects = k.event_id
      WHERE EXISTS (SELECT FROM unnest($17::text[]) s(source) JOIN incidents c ON c.source = s.source AND c.corrects >= '')) AS corrected,
    (SELECT json_agg(json_build_array(k.n, i.first_id, i.founder_source, i.founder_first_id, i.site_id, i.status))
      FROM unnest($5::text[], $6::text[]) WITH ORDINALITY k(source, corrects, n)
      JOIN incidents i ON i.source = k.source AND i.event_id = k.corrects) AS first_ids,
    (SELECT json_agg(${alertAsJson})
      FROM (SELECT DISTINCT COALESCE(i.founder_source, k.source) AS source, COALESCE(i.founder_first_id, i.first_id, k.corrects) AS first_id
        FROM unnest($5::text[], $6::text[]) k(source, corrects)
        LEFT JOIN incidents i ON i.source = k.source AND i.event_id = k.corrects
        UNION SELECT s.alert_source, s.alert_first_id FROM unnest($14::text[], $15::text[]) p(site_id, zone)
        JOIN crowd_states s USING (site_id, zone) WHERE s.alert_first_id IS NOT NULL) t
      JOIN alerts a ON a.source = t.source AND a.first_id = t.first_id) AS alerts,
    CASE WHEN $16::int4 IS NULL THEN (${exactReadingsOf('unnest($7::text[], $8::text[], $9::timestamptz[], $10::timestamptz[])')})
    ELSE (SELECT json_agg(json_build_array(r.site_id, r.zone, ${epochMs('r.measured_at')}, r.occupancy, r.kind, r.counted))
      FROM (SELECT v.site_id, v.zone, v.measured_at, v.occupancy, v.kind, v.kind = 'declared' AND v.crowd_revision IS NOT NULL AS counted
        FROM unnest($7::text[], $8::text[], $9::timestamptz[], $10::timestamptz[]) w(site_id, zone, since, until)
        CROSS JOIN (VALUES ('measured'), ('declared')) k(kind)
        JOIN visitor_volumes v ON v.site_id = w.site_id AND COALESCE(v.zone, '') = w.zone AND v.kind = k.kind AND v.measured_at BETWEEN w.since AND w.until
        WHERE v.kind <> 'forecast' AND v.implausible IS NULL LIMIT $16) r) END AS readings,
    (SELECT json_agg(json_build_array(s.site_id, s.zone, s.state))
      FROM unnest($14::text[], $15::text[]) p(site_id, zone) JOIN crowd_states s USING (site_id, zone)) AS crowds`,
};

/** $1 source · $2 first id · $3 site · $4 status of threads. One row. */
export const ALERTS_OF: Prepared = {
  name: 'alerts of threads',
  text: `SELECT (SELECT json_agg(${alertAsJson}) FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) k(source, first_id, site_id, status)
    JOIN alerts a ON a.source = k.source AND a.first_id = k.first_id AND a.site_id = k.site_id AND a.status = k.status) AS alerts`,
};
