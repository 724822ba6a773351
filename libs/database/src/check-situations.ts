import { isNear, kinOf, situationKey, type CapStatus, type PolicyLookup } from '@vong-gac/domain';
import type { Queryable } from './data-source';
import { locationOf } from './incident-row';

/** Rows held in memory at a time. */
const PAGE_ROWS = 5_000;

/** A report that joined a happening (no correction), and the report that founded it. */
interface MemberRow {
  source: string;
  event_id: string;
  site_id: string;
  status: CapStatus;
  zone: string | null;
  category: string;
  occurred_at: Date;
  lat: number | null;
  lon: number | null;
  backfill: boolean;
  partition: number;
  policy_id: string;
  policy_version: number;
  /** null: that report is not stored, or is none that founds a happening. */
  founder: string | null;
  founder_source: string;
  founder_first_id: string;
  founder_site_id: string;
  founder_status: CapStatus;
  founder_zone: string | null;
  founder_category: string;
  founder_at: Date;
  founder_lat: number | null;
  founder_lon: number | null;
}

/** Those of a happening follow each other in the order of arrival. */
const MEMBERS = `DECLARE members NO SCROLL CURSOR FOR
  SELECT m.source, m.event_id, m.site_id, m.status, m.zone, m.category, m.occurred_at, m.lat, m.lon, m.backfill, m.kafka_partition AS partition,
    m.assessment::json ->> 'policyId' AS policy_id, (m.assessment::json ->> 'policyVersion')::int4 AS policy_version,
    f.event_id AS founder, m.founder_source, m.founder_first_id, f.site_id AS founder_site_id, f.status AS founder_status, f.zone AS founder_zone,
    f.category AS founder_category, f.occurred_at AS founder_at, f.lat AS founder_lat, f.lon AS founder_lon
  FROM incidents m LEFT JOIN incidents f ON f.source = m.founder_source AND f.event_id = m.founder_first_id AND f.founder_source IS NULL
  WHERE m.founder_source IS NOT NULL AND m.corrects IS NULL
  ORDER BY m.founder_source, m.founder_first_id, m.kafka_partition, m.kafka_generation, m.kafka_offset`;

/** A correction goes where its event went; it may name another zone, and its own time. */
const STRAYS = `SELECT m.source, m.event_id, m.founder_source, m.founder_first_id FROM incidents m
  WHERE m.founder_source IS NOT NULL AND m.corrects IS NOT NULL AND NOT EXISTS (SELECT FROM incidents f WHERE f.source = m.founder_source AND f.event_id = m.founder_first_id
    AND f.site_id = m.site_id AND f.status = m.status AND f.founder_source IS NULL)
  ORDER BY m.id LIMIT 1`;

const REPORTS = `substring(assessment FROM '"situation":\\{(?:"news":true,)?"reports":(\\d+)')::int4`;

/**
 * Reports whose stored number in the happening is more than those who came through their partition can make. Held against the order of the numbers themselves, not
 * of arrival: incidents may come through two topics. A lower number is no fault: after a restart a process may remember less (site-memory.store.ts).
 */
const OVERCOUNTED = `SELECT source, event_id, founder_source, founder_first_id, reports, most FROM (
    SELECT source, event_id, founder_source, founder_first_id, reports, 1 + row_number() OVER (PARTITION BY founder_source, founder_first_id, kafka_partition ORDER BY reports) AS most
    FROM (SELECT source, event_id, founder_source, founder_first_id, kafka_partition, ${REPORTS} AS reports FROM incidents WHERE founder_source IS NOT NULL AND corrects IS NULL) m) n
  WHERE reports > most OR reports < 2 OR reports IS NULL ORDER BY founder_source, founder_first_id, reports LIMIT 1`;

/**
 * The first report that joined what cannot be its happening: another site, status or zone, no kindred category, too far away, or too long before or after
 * the reports that came first, by the policy that it was graded with. What stood in a process's memory is not stored, so it is held against all
 * reports that could have stood there: a report is never wrongly accused, and one that joined although the police had closed the alert is not seen. Then the
 * first whose number in its happening cannot be.
 */
export async function situationProblems(tx: Queryable, policies: PolicyLookup): Promise<string[]> {
  const [stray] = await tx.query<Joined>(STRAYS);
  if (stray !== undefined) return [`${joined(stray)}, which is not one of its site and status`];
  await tx.execute(MEMBERS);
  let times: Times | null = null;
  for (;;) {
    const page = await tx.query<MemberRow>(`FETCH ${PAGE_ROWS} FROM members`);
    for (const row of page) {
      if (times === null || !times.isOf(row)) times = new Times(row);
      const why = times.wrong(row, policies);
      if (why !== null) return [`${joined(row)}, ${why}`];
      times.add(row.occurred_at.getTime());
    }
    if (page.length === 0) break;
  }
  const [over] = await tx.query<Joined & { reports: number | null; most: number }>(OVERCOUNTED);
  return over === undefined ? [] : [`${joined(over)} as report ${over.reports ?? '(none)'} of it, although it can only be one of 2 to ${over.most}`];
}

type Joined = Pick<MemberRow, 'source' | 'event_id' | 'founder_source' | 'founder_first_id'>;
const joined = ({ source, event_id, founder_source, founder_first_id }: Joined): string =>
  `incident ${source} ${event_id} joined the situation of ${founder_source} ${founder_first_id}`;

/** When the reports of one happening occurred that came through one partition. */
class Times {
  private first: number;
  private last: number;

  constructor(private readonly row: MemberRow) {
    this.first = this.last = row.founder === null ? 0 : row.founder_at.getTime();
  }

  isOf(row: MemberRow): boolean {
    return row.founder_source === this.row.founder_source && row.founder_first_id === this.row.founder_first_id && row.partition === this.row.partition;
  }

  add(at: number): void {
    this.first = Math.min(this.first, at);
    this.last = Math.max(this.last, at);
  }

  /** Why a report cannot be of the happening; null: it can. */
  wrong(row: MemberRow, policies: PolicyLookup): string | null {
    if (row.founder === null || row.founder_site_id !== row.site_id || row.founder_status !== row.status) return 'which is not one of its site and status';
    if (row.backfill) return 'although an old log joins none';
    const policy = policies({ id: row.policy_id, version: row.policy_version });
    if (policy === null) return null; // who computes its assessment again says so
    const kin = kinOf(policy.situations, row.category);
    const founders = kinOf(policy.situations, row.founder_category);
    if (kin === undefined || founders === undefined || situationKey(kin, row) !== situationKey(founders, { status: row.founder_status, zone: row.founder_zone })) {
      return `although ${row.category} in zone ${row.zone ?? '(none)'} is of another kind or zone than ${row.founder_category} in zone ${row.founder_zone ?? '(none)'}`;
    }
    if (!isNear({ location: locationOf(row.founder_lat, row.founder_lon) }, kin, locationOf(row.lat, row.lon))) return `although it is more than ${kin.nearMetres} m away`;
    const at = row.occurred_at.getTime();
    const windowMs = kin.windowMinutes * 60_000;
    const apart = Math.abs(at - row.founder_at.getTime());
    if (apart > kin.spanMinutes * 60_000 || at - this.last > windowMs || this.first - at > windowMs) return `although it occurred ${Math.round(apart / 60_000)} minutes from it`;
    return null;
  }
}
