import { LedgerStore, OpenAlertStore, PolicyStore, ReceiverStore, RegistryStore, StatusStore, type Database, type LedgerRow } from '@vong-gac/database';
import { bodyChain, policiesAt, policyName, usableWebhooks, type Instant, type Registry } from '@vong-gac/domain';
import { KafkaAdmin } from '@vong-gac/kafka';
import { builtInPolicy } from '@vong-gac/policy';
import type { Command } from 'commander';
import { kafka, withDatabase } from '../addresses';
import { verdictOn } from '../failure';
import { describeMissing, endOf, missingTopics, otherLog, readLogs, unopened, type Logs } from '../inbound';
import { answer, colours, table, type CommonOptions } from '../terminal';

const HOUR_MS = 3_600_000;
/** Alerts that nobody can be told about, named one by one; the others are counted. */
const NAMED = 5;

interface PartitionStatus {
  topic: string;
  partition: number;
  nextOffset: number;
  /** Records that wait to be read. null: Kafka does not answer, or holds another log than the one that was read. */
  lag: number | null;
  /** null: intake never read it. */
  lastAdvance: string | null;
  stoppedReason: string | null;
  /** Why Kafka's log cannot be the one that was read, with the remedy. */
  otherLog: string | null;
}

interface Status {
  kafka: string;
  missingTopics: string[];
  partitions: PartitionStatus[];
  oldestUndeliveredAlert: string | null;
  openAlerts: Record<string, number>;
  unreachable: { count: number; oldest: { id: string; siteId: string; policeBodyId: string }[] };
  waiting: { receiverId: string; url: string | null; waiting: number; oldest: string; lastAnswer: string | null }[];
  disabledReceivers: { id: string; bodyId: string; url: string; cause: string | null; since: string | null }[];
  quarantineLastHour: Record<string, number>;
  policy: PolicyStatus;
}

/** By id@version. */
interface PolicyStatus {
  inForce: string;
  planned: { policy: string; from: string }[];
  shadow: string | null;
}

export function registerStatus(program: Command): void {
  program
    .command('status')
    .description('one screen: lag and last advance per partition, oldest undelivered alert, receivers that are off, quarantine in the last hour, the policy in force')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', '\nExit 0 whatever it shows: "check" judges. Without Kafka it shows what the database knows.\n\nExample:\n  vong-gac status')
    .action(async (options: CommonOptions) => {
      const now = Date.now();
      const status = await withDatabase((database) => readStatus(database, now));
      answer(options, status, describe(status, now));
    });
}

async function readStatus(database: Database, now: Instant): Promise<Status> {
  const open = (await new LedgerStore(database).list()).filter((row) => row.closedAt === null);
  const store = new StatusStore(database);
  const { problem, logs } = await logsOf(open);
  const registry = await new RegistryStore(database).load();
  const webhooks = await new ReceiverStore(database).webhooks();
  return {
    kafka: problem ?? 'answers',
    missingTopics: missingTopics(logs),
    partitions: [...open.map((row) => partitionStatus(row, logs)), ...unopened(open, logs).map(unreadStatus)],
    oldestUndeliveredAlert: (await new OpenAlertStore(database).oldestPending())?.toISOString() ?? null,
    openAlerts: Object.fromEntries((await store.openAlerts()).map(({ alertStatus, count }) => [alertStatus, count])),
    unreachable: await unreachable(new OpenAlertStore(database), registry, now),
    waiting: (await store.waiting()).map((each) => ({ ...each, oldest: each.oldest.toISOString() })),
    disabledReceivers: webhooks.filter(({ disabledAt }) => disabledAt !== null).map(({ id, bodyId, url, disabledCause, disabledAt }) => ({ id, bodyId, url, cause: disabledCause, since: disabledAt?.toISOString() ?? null })),
    policy: await policyStatus(new PolicyStore(database), now),
    quarantineLastHour: Object.fromEntries((await store.quarantinedSince(new Date(now - HOUR_MS))).map(({ reason, count }) => [reason, count])),
  };
}

async function policyStatus(store: PolicyStore, now: Instant): Promise<PolicyStatus> {
  const { inForce, planned, shadow } = policiesAt(builtInPolicy(), await store.decisions(), now);
  return { inForce: policyName(inForce.policy), planned: planned.map(({ policy, from }) => ({ policy: policyName(policy), from: new Date(from).toISOString() })), shadow: shadow && policyName(shadow) };
}

/** Kafka may be away, or its address not known: then the rest is all the more worth seeing. */
async function logsOf(open: readonly LedgerRow[]): Promise<{ problem: string | null; logs: Logs }> {
  let admin: KafkaAdmin | null = null;
  try {
    admin = new KafkaAdmin(kafka());
    return { problem: null, logs: await readLogs(admin, open) };
  } catch (error) {
    return { problem: verdictOn(error).message ?? 'does not answer', logs: new Map() };
  } finally {
    await admin?.close();
  }
}

function partitionStatus(row: LedgerRow, logs: Logs): PartitionStatus {
  const { topic, partition, nextOffset, stoppedReason } = row;
  const [end, other] = [endOf(logs, row), otherLog(row, logs)];
  return { topic, partition, nextOffset, lag: end === undefined || other !== null ? null : end - nextOffset, lastAdvance: row.changedAt.toISOString(), stoppedReason, otherLog: other };
}

function unreadStatus({ topic, partition, logStart, highWatermark }: ReturnType<typeof unopened>[number]): PartitionStatus {
  return { topic, partition, nextOffset: logStart, lag: highWatermark - logStart, lastAdvance: null, stoppedReason: null, otherLog: null };
}

/** Open alerts whose bodies, up to the top, have no webhook that takes anything. */
async function unreachable(store: OpenAlertStore, registry: Registry, now: Instant): Promise<Status['unreachable']> {
  const groups = (await store.groups()).filter(({ policeBodyId, escalation, status }) => {
    if (!registry.bodies.has(policeBodyId) || status !== 'Actual') return false;
    const chain = bodyChain(registry, policeBodyId, now);
    return escalation + 1 >= chain.length && chain.every((body) => usableWebhooks(registry, body.id, status).length === 0);
  });
  const { count, oldest } = await store.unreachable(groups, NAMED);
  return { count, oldest: oldest.map(({ id, siteId, policeBodyId }) => ({ id, siteId, policeBodyId })) };
}

function describe(status: Status, now: Instant): string {
  const { partitions } = status;
  const lines = [`Kafka      ${status.kafka === 'answers' ? 'answers' : colours.red(status.kafka)}`, ''];
  if (partitions.length > 0) lines.push(table(['topic', 'part', 'next', 'lag', 'last advance', ''], partitions.map((p) => [p.topic, p.partition, p.nextOffset, p.lag, p.lastAdvance === null ? 'never' : ago(p.lastAdvance, now), remark(p)])));
  if (partitions.every(({ lastAdvance }) => lastAdvance === null)) lines.push('no partition was read yet: intake did not run');
  lines.push(...describeMissing(status.missingTopics));
  // Once per sentence: of a topic that is gone, all partitions say the same.
  for (const sentence of new Set(partitions.map((p) => (p.stoppedReason === null ? p.otherLog : null)))) if (sentence !== null) lines.push(colours.red(sentence));
  lines.push(
    '',
    `alerts     ${words(status.openAlerts) || 'none open'}; oldest undelivered: ${status.oldestUndeliveredAlert === null ? 'none' : colours.yellow(ago(status.oldestUndeliveredAlert, now))}`,
    ...(status.unreachable.count === 0 ? [] : [colours.red(`           ${status.unreachable.count} can reach nobody: ${status.unreachable.oldest.map(({ id, policeBodyId }) => `${id} (${policeBodyId})`).join(', ')}`)]),
    `waiting    ${status.waiting.length === 0 ? 'nothing' : status.waiting.map((w) => `${w.waiting} for ${w.url} since ${ago(w.oldest, now)}${w.lastAnswer === null ? '' : ` (${w.lastAnswer})`}`).join('; ')}`,
    `receivers  ${status.disabledReceivers.length === 0 ? 'none is off' : colours.red(status.disabledReceivers.map((r) => `${r.url} of ${r.bodyId} is off (${r.cause ?? 'no reason kept'})`).join('; '))}`,
    `quarantine ${words(status.quarantineLastHour) || 'nothing'} in the last hour`,
    `policy     ${policyLine(status.policy)}`,
  );
  return lines.join('\n');
}

function policyLine({ inForce, planned, shadow }: PolicyStatus): string {
  return [`${inForce} is in force`, ...planned.map(({ policy, from }) => `${policy} from ${from} on`), ...(shadow === null ? [] : [`${shadow} grades in the shadow`])].join('; ');
}

function remark({ stoppedReason, otherLog: other }: PartitionStatus): string {
  if (stoppedReason !== null) return `STOPPED: ${stoppedReason}`;
  return other === null ? '' : 'ANOTHER LOG, see below';
}

const words = (counts: Record<string, number>): string => Object.entries(counts).map(([word, count]) => `${count} ${word}`).join(', ');

function ago(time: string, now: Instant): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1_000));
  if (seconds < 120) return `${seconds} s ago`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min ago` : `${Math.round(seconds / 3_600)} h ago`;
}
