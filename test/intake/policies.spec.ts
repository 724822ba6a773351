import { CheckStore, PolicyStore, type NewPolicy } from '@vong-gac/database';
import type { RiskPolicy } from '@vong-gac/domain';
import { PolicyBook, policyOf } from '@vong-gac/policy';
import { Policies } from '../../apps/intake/src/policies';
import { otherPolicy, waitFor } from '../support';
import { chunkOf, fire, incidentEvent, intakeWorld, NOW, volumeEvent, type Value, type World } from './world';

const BY = { by: 'Nguyễn Văn An', why: 'trộm cắp tăng' };

function policy(version: number, theft = 60): NewPolicy {
  const document = otherPolicy({ version, theft });
  const { id, author, validFrom } = policyOf(document);
  return { id, version, author, validFrom, document };
}

let w: World;
let store: PolicyStore;
let offset = 0;

beforeEach(async () => {
  w = await intakeWorld();
  store = new PolicyStore(w.database);
  offset = 0;
}, 60_000);

/** A chunk whose records were received at these instants. */
function receivedAt(instants: readonly number[], event: (i: number) => Value = (i) => incidentEvent({ id: `e${i}` })) {
  const first = offset;
  offset += instants.length;
  const chunk = chunkOf(first, instants.map((_, i) => event(first + i)));
  return { ...chunk, records: chunk.records.map((record, i) => ({ ...record, timestamp: instants[i] ?? 0 })) };
}

const grades = async (): Promise<string[]> =>
  (await w.rows<{ grade: string }>(`SELECT event_id || ' ' || (assessment::json->>'policyId') || '@' || (assessment::json->>'policyVersion') || ' ' || (ARRAY['low','moderate','high','critical'])[level + 1] AS grade FROM incidents ORDER BY kafka_offset`)).map(({ grade }) => grade);

async function activate(made: NewPolicy, from: number | null = null): Promise<number> {
  const outcome = await store.activate(made, from, BY);
  if (outcome.outcome !== 'decided') throw new Error(JSON.stringify(outcome));
  return outcome.decision.effectiveAt;
}

describe('the policy that grades an event', () => {
  it('is the one in force when it was received, however chunks are cut, and whenever it is read', async () => {
    await w.settle(receivedAt([1_000]));
    const at = await activate(policy(1), Date.now() + 60_000);
    await w.settle(receivedAt([at - 2, at - 1, at, at + 1]));
    const back = await activate(policy(2, 80), at + 3_600_000);
    // The broker's clock went back for a moment; and a chunk that was long in coming.
    await w.settle(receivedAt([back, back - 1, back, at - 1, at]));
    expect(await grades()).toEqual([
      'e0 built-in@2 low',
      'e1 built-in@2 low', 'e2 built-in@2 low', 'e3 night@1 high', 'e4 night@1 high',
      'e5 night@2 critical', 'e6 night@1 high', 'e7 night@2 critical', 'e8 built-in@2 low', 'e9 night@1 high',
    ]);
    expect(await w.account()).toMatchObject({ nextOffset: 10, stored: 10 });
  }, 60_000);

  it('is the same where nothing that can be graded came, and for volumes', async () => {
    const at = await activate(policy(1), Date.now() + 60_000);
    await w.settle(receivedAt([at - 1, at], () => 'not json'));
    await w.settle({ ...receivedAt([at - 1, at], (i) => volumeEvent({ id: `v${i}` })), topic: 'visitor-volume.measured', firstOffset: 0, nextOffset: 4 });
    expect([(await w.account()).nextOffset, (await w.rows('SELECT FROM visitor_volumes')).length]).toEqual([2, 2]);
  }, 60_000);

  it('is asked for again where one is activated while a chunk is being judged: Kafka\'s clock may run ahead', async () => {
    const ahead = Date.now() + 60_000;
    let made: NewPolicy | null = policy(1);
    const { of } = Policies.prototype;
    const judging = jest.spyOn(Policies.prototype, 'of').mockImplementation(async function (this: Policies, ...args) {
      const by = await of.apply(this, args);
      if (made !== null) await activate(made);
      made = null;
      return by;
    });
    try {
      await w.settle(receivedAt([ahead, ahead + 1]));
      expect(judging).toHaveBeenCalledTimes(2);
    } finally {
      judging.mockRestore();
    }
    expect(await grades()).toEqual(['e0 night@1 high', 'e1 night@1 high']);
    expect((await w.rows('SELECT FROM alerts')).length).toBe(2);
  }, 60_000);
});

describe('an activation', () => {
  it('is for what was received after all that is graded; an earlier instant is refused with the first that is possible', async () => {
    const ahead = Date.now() + 60_000;
    await w.settle(receivedAt([ahead]));
    expect(await store.activate(policy(1), ahead, BY)).toEqual({ outcome: 'too-early', earliest: ahead + 1 });
    expect(await activate(policy(1))).toBe(ahead + 1);
    expect(await store.activate(policy(2), Date.now() - 1_000, BY)).toMatchObject({ outcome: 'too-early' });
    expect(await store.decisions()).toMatchObject([{ role: 'active', policy: { id: 'night', version: 1 }, effectiveAt: ahead + 1, ...BY }]);
  }, 60_000);

  it('keeps a document for ever: the same id and version with another text is refused, the same text is the same policy', async () => {
    await activate(policy(1));
    expect(await store.activate(policy(1, 70), null, BY)).toMatchObject({ outcome: 'other-content', stored: { id: 'night', version: 1, digest: expect.stringMatching(/^[0-9a-f]{64}$/) } });
    expect(await store.shadow(policy(1, 70), BY)).toMatchObject({ outcome: 'other-content' });
    await activate(policy(1));
    expect([(await store.list()).length, (await store.decisions()).length]).toEqual([1, 2]);
  }, 60_000);

  it('of a plan is taken back by another for the same instant', async () => {
    const at = await activate(policy(1), Date.now() + 60_000);
    await activate(policy(2, 80), at);
    await w.settle(receivedAt([at]));
    expect(await grades()).toEqual(['e0 night@2 critical']);
  }, 60_000);
});

describe('the built-in policy', () => {
  it('that is stored under this version, and is not this release\'s, grades on: its decisions can be computed again, and the log asks for a new version', async () => {
    const { document, ...built } = { ...policy(2), document: otherPolicy({ id: 'built-in', version: 2, theft: 60 }), id: 'built-in' };
    expect(await store.keep({ ...built, document })).toBe(true);
    await w.settle(receivedAt([1_000]));
    expect(await grades()).toEqual(['e0 built-in@2 high']);
    const said: string[] = [];
    await new Policies(store, (level, sentence) => said.push(`${level}: ${sentence}`)).look(Date.now());
    expect(said[0]).toMatch(/^error: the built-in policy 2 of this release is not the one that is stored under that version: the stored one grades, as far as this release can read it; /);
    expect((await new CheckStore(w.database, await new PolicyBook(store).lookup(await store.list())).check()).problems).toEqual([]);
  }, 60_000);
});

describe('a stored policy that this release cannot read', () => {
  it('is left out: the one before goes on, readiness and log say so, and nothing stops', async () => {
    const at = await activate(policy(1), Date.now() + 60_000);
    const { document, ...later } = policy(2);
    await activate({ ...later, document: `${document}\nshifts: {}\n` }, at + 1_000);
    await w.settle(receivedAt([at, at + 999, at + 1_000, at + 2_000]));
    expect((await grades()).map((grade) => grade.split(' ')[1])).toEqual(Array(4).fill('night@1'));

    const said: string[] = [];
    const policies = new Policies(store, (level, sentence) => said.push(`${level}: ${sentence}`));
    for (const now of [at, at + 1_500]) await policies.look(now);
    expect(policies.ready()).toEqual({ ok: false, reasons: [expect.stringMatching(/^policy night@2 cannot be read by this release \(\d+:1: unknown field 'shifts' in the policy: .*\): the policy before it goes on; /)] });
    expect([policies.current, policies.unreadableCount]).toMatchObject([{ id: 'night', version: 1 }, 1]);
    expect(said).toEqual([expect.stringMatching(/^error: policy night@2 cannot be read/), 'info: policy night@1 is in force']);

    await activate(policy(3), at + 3_000);
    await policies.look(at + 3_500);
    expect([policies.ready().ok, said.at(-1)]).toEqual([true, `info: policy night@3 grades what is received from ${new Date(at + 3_000).toISOString()} on (${BY.by}: ${BY.why})`]);
  }, 60_000);

  it('is not looked for while Postgres is away, and the schema may come later', async () => {
    const crash = jest.fn();
    const stop = new AbortController();
    await w.rows('ALTER TABLE policies RENAME TO elsewhere');
    const policies = new Policies(store, (_level, sentence) => w.said.push(sentence));
    policies.follow(stop.signal, crash);
    await w.rows('ALTER TABLE elsewhere RENAME TO policies');
    await waitFor(async () => w.said.includes('policy built-in@2 is in force'), { what: 'the policies to be followed', timeoutMs: 5_000 });
    stop.abort();
    await policies.ended();
    expect(crash).not.toHaveBeenCalled();
    expect((await store.list()).map(({ id }) => id)).toEqual(['built-in']);
  }, 60_000);
});

describe('a candidate in the shadow', () => {
  const counts = () => w.rows(`SELECT policy_id || '@' || policy_version AS policy, from_level AS from, to_level AS to, sum(count)::int AS count FROM shadow_counts GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`);

  it('grades each incident once more, is counted once, and alerts nobody', async () => {
    const candidate = await store.shadow(policy(1), BY);
    if (candidate.outcome !== 'decided') throw new Error(candidate.outcome);
    const chunk = receivedAt([1_000, 2_000, 3_600_000], (i) => incidentEvent({ id: `e${i}`, data: { category: i === 1 ? 'fire.fire' : 'security.theft' } }));
    await w.settle(chunk);
    await w.writer().settle(chunk);
    expect((await grades()).map((grade) => grade.split(' ')[1])).toEqual(Array(3).fill('built-in@2'));
    expect(await counts()).toEqual([{ policy: 'built-in@2', from: 0, to: 2, count: 2 }, { policy: 'built-in@2', from: 2, to: 2, count: 1 }]);
    expect((await w.rows('SELECT FROM alerts')).length).toBe(1);
    const hours = await w.rows<{ hour: Date; event_id: string }>('SELECT hour, event_id FROM shadow_counts JOIN incidents ON id = example WHERE to_level > from_level ORDER BY hour');
    expect(hours.map(({ hour, event_id }) => [hour.getTime(), event_id])).toEqual([[0, 'e0'], [3_600_000, 'e2']]);

    await store.shadow(null, BY);
    await w.settle(receivedAt([3_700_000]));
    expect((await counts()).length).toBe(2);
  }, 60_000);

  it('that fails is left out and said, and the intake goes on; so is one that cannot be read', async () => {
    await store.shadow(policy(1), BY);
    const { of } = Policies.prototype;
    const failing = jest.spyOn(Policies.prototype, 'of').mockImplementation(async function (this: Policies, ...args) {
      const by = await of.apply(this, args);
      return { ...by, candidate: by.candidate && { ...by.candidate, policy: { id: 'night', version: 1 } as RiskPolicy } };
    });
    try {
      for (let i = 0; i < 2; i++) await w.settle(receivedAt([1_000]));
    } finally {
      failing.mockRestore();
    }
    expect(w.said).toEqual([expect.stringMatching(/^policy night@1 fails in the shadow and is left out: /)]);
    const { document, ...later } = policy(2);
    await store.shadow({ ...later, document: `${document}\nshifts: {}\n` }, BY);
    for (let i = 0; i < 2; i++) await w.settle(receivedAt([1_000]));
    expect(w.said.slice(1)).toEqual([expect.stringMatching(/^policy night@2 cannot be read by this release .*: nothing grades in the shadow$/)]);
    expect([await counts(), (await grades()).length]).toEqual([[], 4]);
  }, 60_000);
});

describe('crowds, happenings and what is usual', () => {
  /** A crowd is watched from a fifth on; reports are of one happening within two minutes only; and an hour is looked back on, not two. */
  const other = (): NewPolicy => {
    const { document, ...made } = policy(1);
    return { ...made, document: document.replace('{ step: watch, from: 0.7 }', '{ step: watch, from: 0.2 }').replace(/windowMinutes: \d+, spanMinutes: \d+/g, 'windowMinutes: 2, spanMinutes: 2').replace('window: { hours: 2', 'window: { hours: 1') };
  };
  const MINUTE_MS = 60_000;
  const minutes = (count: number): string => new Date(NOW + count * MINUTE_MS).toISOString();
  /** The last four look back two hours, to the first two; the two before them an hour, and do not. */
  const AT = [-185, -184, -123, -122, -115, -114, -113, -112];
  const report = (i: number): Value => fire(`e${i}`, { occurredAt: minutes(AT[i] ?? 0) });
  const guests = (i: number): Value => volumeEvent({ id: `v${i}`, data: { occupancy: 1_600 + i * 10, measuredAt: minutes(AT[i] ?? 0) } });
  /** What is usual: a fire on each of twenty days before. */
  const before = Array.from({ length: 20 }, (_, i) => incidentEvent({ id: `old${i}`, data: { category: 'fire.fire', occurredAt: minutes(-1_440 * (i + 2)) }, extensions: { backfill: true } }));

  it('go by it too, and are the same after a restart between any two events, back and forth', async () => {
    /** @param cuts where a new writer goes on */
    const told = async (cuts: number[]) => {
      w = await intakeWorld({ situations: true });
      store = new PolicyStore(w.database);
      const at = await activate(other(), Date.now() + 60_000);
      const back = await activate(policy(2), at + 1_000);
      await activate(other(), back + 1_000);
      const received = [at - 2, at - 1, at, at + 1, back, back + 1, back + 1_000, back + 1_001];
      await w.settle(chunkOf(0, before, { partition: 1 }));
      for (const [topic, event] of [['visitor-volume.measured', guests], ['incident.reported', report]] as const) {
        offset = 0;
        for (const [i, from] of [0, ...cuts].entries()) await w.writer().settle({ ...receivedAt(received.slice(from, cuts[i]), event), topic });
      }
      const lookup = await new PolicyBook(store).lookup(await store.list());
      expect((await new CheckStore(w.database, lookup).check()).problems).toEqual([]);
      return {
        incidents: await w.rows('SELECT event_id, assessment, founder_first_id FROM incidents WHERE NOT backfill ORDER BY kafka_offset'),
        crowd: await w.rows<{ data: string }>('SELECT revision, data FROM crowd_changes ORDER BY revision'),
        alerts: await w.rows('SELECT first_id, level, revision, raised_revision FROM alerts ORDER BY first_id'),
      };
    };
    const whole = await told([]);
    expect(whole.crowd.map(({ data }) => (JSON.parse(data) as { posture: string; policy: { id: string; version: number } }).policy.id)).toContain('night');
    expect(whole.incidents.map(({ founder_first_id }) => founder_first_id)).toContain('e0');
    expect(new Set(whole.incidents.map(({ assessment }) => (JSON.parse(String(assessment)) as { context: { baseline: { windowHours: number } | null } }).context.baseline?.windowHours))).toEqual(new Set([1, 2]));
    // Whoever begins under rules that look back an hour must look back two when others come into force.
    for (const cuts of [[2], [1, 2, 3, 4, 5, 6, 7]]) expect(await told(cuts)).toEqual(whole);
  }, 60_000);
});
