import { levelRank, policyName, type Instant, type PolicyVersion, type RiskLevel } from '@vong-gac/domain';
import { columnsOf, encode, inKeyOrder, insertOf } from './column-arrays';
import type { Statement } from './incident-write';

/** How many incidents of a chunk, received within one hour, the candidate would have given another level, or the same. */
export interface ShadowCount {
  /** `PolicyDecision.seq` of the candidate. */
  shadow: number;
  /** The policy that graded. */
  policy: PolicyVersion;
  /** The hour's first instant. */
  hour: Instant;
  from: RiskLevel;
  to: RiskLevel;
  count: number;
  /** One of these incidents: the 16 bytes of its uuid, hexadecimal. */
  example: string;
}

type Row = ShadowCount & { partition: number };

const s = columnsOf<Row>();
const COLUMNS = [
  s.bigint('shadow', (row) => row.shadow),
  s.text('policy_id', (row) => row.policy.id),
  s.integer('policy_version', (row) => row.policy.version),
  s.instant('hour', (row) => row.hour),
  s.integer('partition', (row) => row.partition),
  s.small('from_level', (row) => levelRank(row.from)),
  s.small('to_level', (row) => levelRank(row.to)),
  s.bigint('count', (row) => row.count),
  s.uuid('example', (row) => row.example),
];
const KEY = 'shadow, policy_id, policy_version, hour, partition, from_level, to_level';
const ADD = insertOf('shadow_counts', COLUMNS, `ON CONFLICT (${KEY}) DO UPDATE SET count = shadow_counts.count + EXCLUDED.count, example = EXCLUDED.example`);

export function shadowWrite(counts: readonly ShadowCount[], partition: number): Statement {
  const rows = inKeyOrder(counts.map((each) => ({ ...each, partition })), ({ shadow, policy, hour, from, to }) => [shadow, policyName(policy), hour, from, to].join('\u0000'));
  return [ADD, encode(COLUMNS, rows)];
}
