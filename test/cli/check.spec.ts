import { openDatabase } from '@vong-gac/database';
import { rawKafka } from '../intake/road';
import { atEnd, privateStack, startService, waitFor } from '../support';
import { cli, files, type Ran } from './run';

const TOPIC = 'incident.reported';
const EVENTS = 20;
const event = (n: number) =>
  JSON.stringify({
    specversion: '1.0', id: `e${n}`, source: '/sites/dai-lai/security', type: 'vn.vonggac.incident.reported.v1', time: '2026-01-02T03:04:05Z',
    data: { siteId: 'dai-lai', category: 'security.theft', occurredAt: '2026-01-02T03:04:05Z' },
  });

interface Check {
  ok: boolean;
  problems: string[];
  missingTopics: string[];
  partitions: { topic: string; partition: number; generation: number; firstOffset: number; nextOffset: number; endOffset: number; stored: number }[];
}
interface Status {
  missingTopics: string[];
  partitions: { topic: string; lag: number | null; lastAdvance: string | null; otherLog: string | null }[];
}

let env: Record<string, string> = {};
let admin: ReturnType<ReturnType<typeof rawKafka>['admin']>;

const run = (...args: string[]): Promise<Ran> => cli(args, env);
const check = async () => {
  const { code, out } = await run('check', '--json');
  return { code, ...(JSON.parse(out) as Check) };
};
const status = async () => JSON.parse((await run('status', '--json')).out) as Status;
const remove = async () => {
  await admin.deleteTopics({ topics: [TOPIC] });
  await waitFor(async () => !(await admin.listTopics()).includes(TOPIC), { what: `${TOPIC} to be gone` });
};
const create = async (partitions: number) => {
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: partitions }], waitForLeaders: false });
  await waitFor(async () => (await admin.fetchTopicOffsets(TOPIC)).length === partitions, { what: `${TOPIC} to be there` });
};

beforeAll(async () => {
  const stack = await privateStack();
  env = { KAFKA_BROKERS: stack.kafkaBrokers, DATABASE_URL: stack.databaseUrl };
  admin = rawKafka(stack.kafkaBrokers).admin();
  await admin.connect();
  atEnd(() => admin.disconnect());
  expect([(await run('migrate')).code, (await run('seed')).code]).toEqual([0, 0]);
}, 180_000);

describe('check and status see what Kafka holds', () => {
  it('name the topics that are not there yet', async () => {
    const topics = [TOPIC, 'visitor-volume.measured'];
    expect(await check()).toEqual({ code: 0, ok: true, problems: [], partitions: [], missingTopics: topics });
    expect(await status()).toMatchObject({ partitions: [], missingTopics: topics, policy: { inForce: 'built-in@2', planned: [], shadow: null } });
    expect((await run('check')).out).toContain(`Kafka has no topic ${topics.join(', ')}`);
  }, 60_000);

  it('show records that wait although intake never ran', async () => {
    const paths = files({ 'events.ndjson': Array.from({ length: EVENTS }, (_, n) => `${event(n)}\n`).join('') });
    expect((await run('publish', paths['events.ndjson'])).code).toBe(0);
    const { code, ok, partitions, missingTopics } = await check();
    expect({ code, ok, missingTopics }).toEqual({ code: 0, ok: true, missingTopics: [] });
    expect(partitions).toHaveLength(12);
    expect(partitions.every((each) => each.firstOffset === 0 && each.nextOffset === 0 && each.generation === 1)).toBe(true);
    expect(partitions.reduce((sum, each) => sum + each.endOffset, 0)).toBe(EVENTS);
    expect((await run('check')).out).toContain(`everything adds up; ${EVENTS} records are not read yet`);
    const seen = await status();
    expect(seen.partitions.reduce((sum, { lag }) => sum + (lag ?? 0), 0)).toBe(EVENTS);
    expect(seen.partitions.every(({ lastAdvance }) => lastAdvance === null)).toBe(true);
    expect((await run('status')).out).toContain('intake did not run');
  }, 120_000);

  it('name a topic that was recreated, or is gone, while intake stands still, and the remedy that works', async () => {
    const intake = await startService('intake', env);
    await waitFor(async () => (await check()).partitions.reduce((sum, { stored }) => sum + stored, 0) === EVENTS, { what: 'every event to be stored', timeoutMs: 60_000, intervalMs: 500 });
    await intake.kill();
    const sound = await check();
    expect(sound).toMatchObject({ code: 0, problems: [] });
    const read = sound.partitions.filter(({ topic, nextOffset }) => topic === TOPIC && nextOffset > 0);
    expect(read).not.toEqual([]);

    await remove();
    const gone = await check();
    expect(gone).toMatchObject({ code: 1, ok: false, missingTopics: [TOPIC], problems: [expect.stringContaining(`vong-gac ledger restart --topic ${TOPIC}`)] });
    expect(await status()).toMatchObject({ missingTopics: [TOPIC] });

    await create(6);
    const again = await check();
    expect([again.code, again.problems]).toEqual([1, read.map(({ partition, nextOffset }) => expect.stringMatching(new RegExp(`^${TOPIC}/${partition}: .* ends at 0, below .* ${nextOffset}: .*vong-gac ledger restart --topic ${TOPIC} `))) ]);
    expect((await status()).partitions.filter(({ otherLog }) => otherLog !== null)).toEqual(read.map(() => expect.objectContaining({ topic: TOPIC, lag: null })));
    expect((await run('status')).out).toContain(`vong-gac ledger restart --topic ${TOPIC}`);

    expect((await run('ledger', 'restart', '--topic', TOPIC, '--by', 'An')).code).toBe(0);
    expect(await check()).toMatchObject({ code: 0, ok: true, problems: [] });
  }, 180_000);

  it('name an assessment that is not what its policy makes of what is stored, and one of a policy that is not here', async () => {
    const database = openDatabase({ url: env.DATABASE_URL ?? '', poolSize: 1, applicationName: 'check test' });
    atEnd(() => database.close());
    await database.execute(`UPDATE incidents SET injured = 12 WHERE event_id = 'e3'`);
    await database.execute(`UPDATE incidents SET assessment = replace(assessment, '"policyVersion":2', '"policyVersion":9') WHERE event_id = 'e4'`);
    expect(await check()).toMatchObject({ code: 1, problems: [
      expect.stringMatching(/^1 assessments are not what their policy makes of what is stored; the first: incident \S+ \(\/sites\/dai-lai\/security, e3\): at character \d+/),
      expect.stringMatching(/^1 assessments were made by policy built-in 9, which this release does not have or cannot read/),
    ] });
    await database.execute(`UPDATE incidents SET injured = NULL WHERE event_id = 'e3'`);
    await database.execute(`UPDATE incidents SET assessment = replace(assessment, '"policyVersion":9', '"policyVersion":2') WHERE event_id = 'e4'`);
    expect(await check()).toMatchObject({ code: 0, problems: [] });
  }, 60_000);

  it('name partitions that the recreated topic no longer has', async () => {
    await remove();
    await create(4);
    const { code, problems } = await check();
    expect([code, problems]).toEqual([1, [4, 5].map((partition) => expect.stringMatching(new RegExp(`^${TOPIC}/${partition}: the topic has 4 partitions`)))]);
  }, 60_000);
});
