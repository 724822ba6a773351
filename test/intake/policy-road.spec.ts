import { setTimeout as pause } from 'node:timers/promises';
import { CheckStore, PolicyStore, type Database } from '@vong-gac/database';
import { PolicyBook, policyOf } from '@vong-gac/policy';
import type { LocalStack } from '../../apps/cli/src/stack';
import { cli, files } from '../cli/run';
import { otherPolicy, privateStack, startService, waitFor, type Service } from '../support';
import { publish, seededDatabase } from './road';
import { incidentEvent } from './world';

const TOPIC = 'incident.reported';
const BY = ['--by', 'Nguyễn Văn An', '--why', 'trộm cắp tăng'];
const FOLLOW_MS = 2_000;

/** A theft is moderate. */
const document = (version: number): string => otherPolicy({ version, theft: 40 });

/** Two intakes as their own processes share a topic while events keep coming. */
describe('a change of policy while events come', () => {
  let stack: LocalStack;
  let database: Database;
  let intakes: Service[] = [];
  let f: Record<'first', string>;
  let sent = 0;

  const start = () => startService('intake', { KAFKA_BROKERS: stack.kafkaBrokers, DATABASE_URL: stack.databaseUrl, SESSION_TIMEOUT_MS: '6000' });
  const decide = async (...args: string[]): Promise<{ effectiveAt: number }> => {
    const { code, out, err } = await cli(['policy', ...args, ...BY, '--json'], { DATABASE_URL: stack.databaseUrl });
    if (code !== 0) throw new Error(err);
    return { effectiveAt: Date.parse((JSON.parse(out) as { effectiveAt: string }).effectiveAt) };
  };
  const send = async (count: number): Promise<void> => {
    const events = Array.from({ length: count }, (_, i) => incidentEvent({ id: `e${sent + i}`, data: { zone: ['beach', 'pool', 'stage', 'gate'][i % 4] } }));
    sent += count;
    await publish(stack.kafkaBrokers, TOPIC, events);
  };
  /** A few events at a time, until the work is done. */
  const sendDuring = async <T>(work: Promise<T>): Promise<T> => {
    let done = false;
    const ended = work.finally(() => (done = true));
    while (!done) await Promise.all([send(30), pause(50)]);
    return ended;
  };
  const settled = () => waitFor(async () => (await database.query<{ count: number }>('SELECT count(*) FROM incidents'))[0]?.count === sent, { what: `${sent} events to be stored`, timeoutMs: 60_000 });
  const metrics = async (intake: Service) => (await fetch(`${intake.url}/metrics`)).text();
  const both = (what: string, is: (intake: Service) => Promise<boolean>) =>
    waitFor(async () => (await Promise.all(intakes.map(is))).every(Boolean), { what, timeoutMs: FOLLOW_MS, intervalMs: 50 });
  const graded = () => database.query<{ policy: string; before: Date; last: Date; partitions: number; count: number }>(
    `SELECT (assessment::json->>'policyId') || '@' || (assessment::json->>'policyVersion') AS policy, min(received_at) AS before, max(received_at) AS last, count(DISTINCT kafka_partition)::int AS partitions, count(*)::int AS count
      FROM incidents GROUP BY 1 ORDER BY 2`);

  beforeAll(async () => {
    f = files({ first: document(1) });
    stack = await privateStack();
    database = await seededDatabase(stack.databaseUrl);
    intakes = await Promise.all([start(), start()]);
    await Promise.all(intakes.map((intake) => intake.ready(60_000)));
  }, 120_000);

  it('takes each event by the policy in force when it was received, also while intakes are killed around the instant', async () => {
    await send(300);
    const now = await sendDuring(decide('activate', f.first));
    await both('both intakes to grade by night@1', async (intake) => (await metrics(intake)).includes('vong_gac_intake_policy{id="night",version="1",service="intake"} 1'));
    const { id, author, validFrom } = policyOf(document(2));
    const planned = { effectiveAt: Date.now() + 3_000 };
    expect(await new PolicyStore(database).activate({ id, version: 2, author, validFrom, document: document(2) }, planned.effectiveAt, { by: 'An', why: 'kế hoạch' })).toMatchObject({ outcome: 'decided', decision: planned });
    await sendDuring(pause(Math.max(0, planned.effectiveAt - Date.now())));
    await send(300);
    // What was received before and after the instant, and not settled, is read again by others.
    await Promise.all(intakes.map((intake) => intake.kill('SIGKILL')));
    await send(300);
    intakes = await Promise.all([start(), start()]);
    await settled();
    const rows = await graded();
    expect(rows.map(({ policy }) => policy)).toEqual(['built-in@2', 'night@1', 'night@2']);
    for (const [i, from] of [now.effectiveAt, planned.effectiveAt].entries()) {
      expect(rows[i]?.last.getTime()).toBeLessThan(from);
      expect(rows[i + 1]?.before.getTime()).toBeGreaterThanOrEqual(from);
    }
    expect(Math.min(...rows.map(({ partitions }) => partitions))).toBeGreaterThan(1);
    const store = new PolicyStore(database);
    const policies = await new PolicyBook(store).lookup(await store.list());
    expect((await new CheckStore(database, policies).check()).problems).toEqual([]);
    const replay = await cli(['replay', '--verify', '--json'], { DATABASE_URL: stack.databaseUrl });
    expect([replay.code, JSON.parse(replay.out)]).toMatchObject([0, { incidents: sent, identical: sent, different: 0, policyNotKnown: {} }]);
  }, 120_000);

  it('Keep#6793, a rule was shown as active and silently ignored: where it cannot read the new policy it goes on with the one before, is not ready, and says so', async () => {
    await both('both intakes to be ready', async (intake) => (await fetch(`${intake.url}/health/ready`)).ok);
    const { id, author, validFrom } = policyOf(document(3));
    const store = new PolicyStore(database);
    await store.activate({ id, version: 3, author, validFrom, document: `${document(3)}\nshifts: {}\n` }, null, { by: 'a later release', why: 'a field that this one does not know' });
    await both('both intakes to say so', async (intake) => {
      const probe = await fetch(`${intake.url}/health/ready`);
      return probe.status === 503 && (await probe.text()).includes('policy night@3 cannot be read by this release') && (await metrics(intake)).includes('vong_gac_intake_policies_unreadable{service="intake"} 1');
    });
    await send(100);
    await settled();
    expect((await graded()).map(({ policy }) => policy)).toEqual(['built-in@2', 'night@1', 'night@2']);
    for (const intake of intakes) expect(intake.log()).toContain('night@3 cannot be read by this release');
    await decide('activate', 'built-in@2');
    await both('both intakes to be ready again', async (intake) => (await fetch(`${intake.url}/health/ready`)).ok && (await metrics(intake)).includes('vong_gac_intake_policy{id="built-in"'));
  }, 60_000);

  it('counts what a candidate in the shadow would have decided, and alerts nobody', async () => {
    await settled();
    const before = sent;
    await decide('shadow', 'night@2');
    await send(200);
    await settled();
    const { out } = await cli(['policy', 'shadow', '--json'], { DATABASE_URL: stack.databaseUrl });
    expect(JSON.parse(out)).toMatchObject({ incidents: sent - before, changed: 200, moves: [{ from: 'low', to: 'moderate', incidents: 200 }], worst: expect.arrayContaining([expect.objectContaining({ siteId: 'dai-lai' })]) });
    const counted = (await Promise.all(intakes.map(metrics))).map((text) => Number(/vong_gac_intake_shadow_incidents_total\{from="low",to="moderate",service="intake"\} (\d+)/.exec(text)?.[1] ?? 0));
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(200);
    expect(await database.query('SELECT FROM alerts')).toEqual([]);
    expect(await database.query(`SELECT DISTINCT assessment::json->>'policyId' AS id FROM incidents WHERE event_id = 'e${sent - 1}'`)).toEqual([{ id: 'built-in' }]);
  }, 60_000);
});
