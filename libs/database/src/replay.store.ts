import type { Incident, RiskLevel, ThreadKey } from '@vong-gac/domain';
import { literal, type Database } from './data-source';
import { EVENT_COLUMNS, incidentOf, levelOf, readEventRow } from './incident-row';
import { present, type RowReader } from './row-reader';

/** What was decided about one incident, and all that the decision depended on. */
export interface StoredDecision {
  id: string;
  /** As its assessment saw it, from the typed columns: they hold what decoding made of the record, cut and cleaned. */
  incident: Incident;
  /** The thread whose alert speaks for it: that of the founder of its situation, else its own. */
  alertThread: ThreadKey;
  policeBodyId: string;
  level: RiskLevel;
  score: number;
  /** Canonical bytes of the assessment, as they are stored. */
  assessment: string;
  /** Records of one send have the same `receivedAt`: within partition and generation their offset tells which came first. */
  generation: number;
  offset: number;
}

export interface DecisionFilter {
  siteId?: string;
  /** Ids from (inclusive) and to (exclusive): `incidentIdFloor` of an instant gives a range of `occurredAt`. */
  fromId?: string;
  toId?: string;
}

/** Rows of one statement: some tenths of a second. A statement that reads all would hold up vacuum, and run into its time-out. */
const PAGE = 20_000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Stored decisions, to be computed again. */
export class ReplayStore {
  constructor(
    private readonly database: Database,
    private readonly pageRows = PAGE,
  ) {}

  /**
   * Hands all decisions to `take`, in the order of `occurredAt`, each as it arrives: none is kept here, and no more is read than was taken. Rows that are
   * stored meanwhile are seen or not. @throws what `take` throws
   */
  async each(filter: DecisionFilter, take: (decision: StoredDecision) => void): Promise<void> {
    let last = FIRST_ID;
    const read = (row: RowReader): void => {
      const decision = readDecision(row);
      last = decision.id;
      take(decision);
    };
    while ((await this.database.copyOut(this.page(filter, last), read)) === this.pageRows);
  }

  private page({ siteId, fromId, toId }: DecisionFilter, after: string): string {
    const where = [
      `id > ${literal(after)}::uuid`,
      ...(siteId === undefined ? [] : [`site_id = ${literal(siteId)}`]),
      ...(fromId === undefined ? [] : [`id >= ${literal(fromId)}::uuid`]),
      ...(toId === undefined ? [] : [`id < ${literal(toId)}::uuid`]),
    ];
    return `COPY (SELECT ${COLUMNS} FROM incidents WHERE ${where.join(' AND ')} ORDER BY id LIMIT ${this.pageRows}) TO STDOUT BINARY`;
  }
}

const COLUMNS = `${EVENT_COLUMNS}, id, first_id, founder_source, founder_first_id, police_body_id, level, score, assessment, kafka_generation, kafka_offset`;

/** In the order of COLUMNS. */
function readDecision(row: RowReader): StoredDecision {
  const incident = incidentOf(readEventRow(row));
  const { source, siteId, status } = incident;
  const id = present(row.uuid());
  const firstId = present(row.text());
  const alertThread = { source: row.text() ?? source, siteId, status, firstId: row.text() ?? firstId };
  return {
    id, incident, alertThread,
    policeBodyId: present(row.word()),
    level: levelOf(present(row.int2())),
    score: present(row.int4()),
    assessment: present(row.text()),
    generation: present(row.int4()),
    offset: present(row.int8()),
  };
}
