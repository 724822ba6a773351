import { createHash } from 'node:crypto';
import type { Instant, LocalDate, PolicyDecision, PolicyVersion, RiskLevel } from '@vong-gac/domain';
import type { Database, Queryable } from './data-source';
import { levelOf } from './incident-row';

/** A policy document that passed the check. */
export interface NewPolicy extends PolicyVersion {
  /** Exactly as it was given. */
  document: string;
  author: string;
  validFrom: LocalDate;
}

/** A stored policy without its text. */
export interface StoredPolicy extends PolicyVersion {
  /** SHA-256 of the document, hexadecimal. */
  digest: string;
  author: string;
  validFrom: LocalDate;
  storedAt: Instant;
}

/** Who decided, and why: kept with the decision, for ever. */
export interface Reasoned {
  by: string;
  why: string;
}

/** Incidents that a candidate graded in the shadow. */
export interface ShadowMove {
  /** The level that the policy in force gave. */
  from: RiskLevel;
  to: RiskLevel;
  incidents: number;
  /** Ids of some of them, the latest first. */
  examples: string[];
}

/** Of each pair of levels so many are named. */
const EXAMPLES_MAX = 3;

/** How a wish to decide something ended. Only `decided` wrote anything. */
export type DecisionOutcome =
  | { outcome: 'decided'; decision: PolicyDecision }
  /** The same id and version is stored with another text: decisions name it, so that it is never changed. */
  | { outcome: 'other-content'; stored: StoredPolicy }
  /** Events that were received later than the wished instant may be graded already. */
  | { outcome: 'too-early'; earliest: Instant };

/** The documents of policies and what was decided about them. Nothing that is stored is ever changed. */
export class PolicyStore {
  constructor(private readonly database: Database) {}

  /** Rises with each decision; 0: nothing was decided yet. */
  async seq(): Promise<number> {
    const [row] = await this.database.query<{ seq: number }>(SEQ);
    return row?.seq ?? 0;
  }

  /** All decisions, in their order: a few a year. */
  async decisions(): Promise<PolicyDecision[]> {
    return (await this.database.query<DecisionRow>(`SELECT ${DECISION} FROM policy_decisions ORDER BY seq`)).map(decisionOf);
  }

  async list(): Promise<StoredPolicy[]> {
    return (await this.database.query<StoredRow>(`SELECT ${STORED} FROM policies ORDER BY id, version`)).map(storedOf);
  }

  /** null: it is not stored. */
  async document({ id, version }: PolicyVersion): Promise<string | null> {
    const [row] = await this.database.query<{ document: string }>('SELECT document FROM policies WHERE id = $1 AND version = $2', [id, version]);
    return row?.document ?? null;
  }

  /** Stores a document that nobody decided about: the built-in policy, so that what it grades can be computed again when a later release has another. @returns false: the same id and version is stored with another text */
  async keep(policy: NewPolicy): Promise<boolean> {
    return (await store(this.database, policy)) === null;
  }

  /**
   * The policy grades what is received from `from` on (null: from now on). Nothing that is graded already, or is being graded at this moment, was received then: the
   * ledger is held still meanwhile, and a chunk that was judged before and is recorded after it is judged again (`IncidentStore.record`).
   */
  async activate(policy: NewPolicy, from: Instant | null, reasoned: Reasoned): Promise<DecisionOutcome> {
    return this.decide('active', policy, from, reasoned);
  }

  /** The candidate grades beside the active policy from now on, instead of any before it. null: none does. */
  async shadow(policy: NewPolicy | null, reasoned: Reasoned): Promise<DecisionOutcome> {
    return this.decide('shadow', policy, null, reasoned);
  }

  /** What the candidate of a decision has graded so far, by both levels. */
  async shadowMoves(shadow: number): Promise<ShadowMove[]> {
    const rows = await this.database.query<{ from_level: number; to_level: number; incidents: number; examples: string[] }>(
      `SELECT from_level, to_level, sum(count)::int8 AS incidents, (array_agg(example ORDER BY hour DESC))[1:${EXAMPLES_MAX}]::text[] AS examples
        FROM shadow_counts WHERE shadow = $1 GROUP BY 1, 2 ORDER BY 1, 2`,
      [shadow],
    );
    return rows.map(({ from_level, to_level, incidents, examples }) => ({ from: levelOf(from_level), to: levelOf(to_level), incidents, examples }));
  }

  private async decide(role: PolicyDecision['role'], policy: NewPolicy | null, from: Instant | null, reasoned: Reasoned): Promise<DecisionOutcome> {
    return this.database.transaction(async (tx) => {
      // Waits for the chunks that are being recorded; those that come later see what is decided here. It makes decisions follow each other, too.
      await tx.execute('LOCK TABLE intake_ledger IN EXCLUSIVE MODE');
      const earliest = await earliestInstant(tx);
      if (from !== null && from < earliest) return { outcome: 'too-early', earliest };
      const stored = policy === null ? null : await store(tx, policy);
      if (stored !== null) return { outcome: 'other-content', stored };
      return { outcome: 'decided', decision: await insertDecision(tx, role, policy, from ?? earliest, reasoned) };
    });
  }
}

/** The newest decision; part of the query that each chunk is judged with, and of the statement that records it. */
export const SEQ = 'SELECT COALESCE(max(seq), 0) AS seq FROM policy_decisions';

/** After now, and after all that was recorded: the clocks of Kafka and Postgres differ. Whole milliseconds, as records have them. */
async function earliestInstant(tx: Queryable): Promise<Instant> {
  const [row] = await tx.query<{ earliest: Date }>(
    `SELECT date_trunc('milliseconds', greatest(clock_timestamp(), max(last_timestamp))) + interval '1 millisecond' AS earliest FROM intake_ledger WHERE closed_at IS NULL`,
  );
  if (row === undefined) throw new Error('the ledger did not say when its last record was received');
  return row.earliest.getTime();
}

const DECISION = 'seq, role, policy_id, policy_version, effective_at, decided_by, why, decided_at';

interface DecisionRow {
  seq: number;
  role: PolicyDecision['role'];
  policy_id: string | null;
  policy_version: number | null;
  effective_at: Date;
  decided_by: string;
  why: string;
  decided_at: Date;
}

function decisionOf({ seq, role, policy_id: id, policy_version: version, effective_at, decided_by: by, why, decided_at }: DecisionRow): PolicyDecision {
  const policy = id === null || version === null ? null : { id, version };
  return { seq, role, policy, effectiveAt: effective_at.getTime(), by, why, decidedAt: decided_at.getTime() };
}

async function insertDecision(tx: Queryable, role: PolicyDecision['role'], policy: PolicyVersion | null, effectiveAt: Instant, { by, why }: Reasoned): Promise<PolicyDecision> {
  const [row] = await tx.query<DecisionRow>(
    `INSERT INTO policy_decisions (role, policy_id, policy_version, effective_at, decided_by, why, decided_at)
      VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp()) RETURNING ${DECISION}`,
    [role, policy?.id ?? null, policy?.version ?? null, new Date(effectiveAt), by, why],
  );
  if (row === undefined) throw new Error('Postgres kept no row of the decision: a trigger or rule on policy_decisions drops it; remove it');
  return decisionOf(row);
}

const STORED = 'id, version, digest, author, valid_from::text AS valid_from, stored_at';

interface StoredRow {
  id: string;
  version: number;
  digest: string;
  author: string;
  valid_from: LocalDate;
  stored_at: Date;
}

const storedOf = ({ valid_from: validFrom, stored_at, ...row }: StoredRow): StoredPolicy => ({ ...row, validFrom, storedAt: stored_at.getTime() });

/** Stores it unless it is there. @returns what is stored under its name where that is another text, else null */
async function store(into: Queryable, { id, version, document, author, validFrom }: NewPolicy): Promise<StoredPolicy | null> {
  const digest = createHash('sha256').update(document).digest('hex');
  await into.execute(
    'INSERT INTO policies (id, version, document, digest, author, valid_from, stored_at) VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp()) ON CONFLICT DO NOTHING',
    [id, version, document, digest, author, validFrom],
  );
  const [row] = await into.query<StoredRow>(`SELECT ${STORED} FROM policies WHERE id = $1 AND version = $2`, [id, version]);
  if (row === undefined) throw new Error(`Postgres kept no row of policy ${id} ${version}: a trigger or rule on policies drops it; remove it`);
  return row.digest === digest ? null : storedOf(row);
}
