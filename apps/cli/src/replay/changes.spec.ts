import { builtInDocument, builtInPolicy, policyOf } from '@vong-gac/policy';
import { badnessOf, Changes } from './changes';
import { decision } from './decisions.spec-support';

/** Fire is nothing special any more, theft a grave thing. */
const OTHER = policyOf(
  builtInDocument()
    .replace(/^version: .*$/m, 'version: 8')
    .replace('fire.fire: { points: 60, floor: high, crowdSensitive: true', 'fire.fire: { points: 5, crowdSensitive: true')
    .replace('security.theft: { points: 20,', 'security.theft: { points: 60,'),
);

function compared(decisions: ReturnType<typeof decision>[], policy = OTHER) {
  const changes = new Changes(policy, false, ({ id }) => (id === 'built-in' ? builtInPolicy() : null));
  decisions.forEach((each) => changes.take(each));
  return changes.result();
}

describe('another policy on the same incidents', () => {
  it('changes levels, counted from which to which, the worst first with both explanations', () => {
    const thefts = Array.from({ length: 12 }, (_, n) => decision(n));
    const result = compared([...thefts, decision(20, { incident: { category: 'fire.fire' } }), decision(21, { incident: { category: 'lodging.violation' } }), decision(22, { assessment: '{' })]);
    expect(result).toMatchObject({ incidents: 15, changed: 13, unreadable: 1, moves: [{ from: 'high', to: 'low', incidents: 1 }, { from: 'low', to: 'high', incidents: 12 }] });
    expect(result.worst.map(({ eventId }) => eventId)).toEqual(['e20', 'e0', 'e1', 'e2', 'e3', 'e4', 'e5', 'e6', 'e7', 'e8']);
    expect(result.worst[0]).toMatchObject({
      before: { policy: 'built-in 2', level: 'high', explanation: { vi: expect.stringContaining('mức cao, 65 điểm (từ 50 là cao)'), en: expect.stringContaining('high, 65 points (high from 50 on)') } },
      after: { level: 'low', explanation: { vi: expect.stringContaining('mức thấp') } },
    });
    expect([result.alerts.stored.alerts, result.alerts.new.alerts]).toEqual([1, 12]);
  });

  it('says which of its changes stored contexts cannot show, and which they can', () => {
    const sections = (from: string, to: string, ...decisions: ReturnType<typeof decision>[]) => {
      const document = builtInDocument();
      if (!document.includes(from)) throw new Error(`the built-in policy has no ${from}`);
      return compared(decisions, policyOf(document.replace(from, to))).notTried.map(({ section }) => section);
    };
    expect(sections('id: water, for: [rescue.drowning, rescue.boat-accident], windowMinutes: 10', 'id: water, for: [rescue.drowning, rescue.boat-accident], windowMinutes: 12', decision(0), decision(1))).toEqual(['situations']);
    expect(sections('addedCount: 0.5', 'addedCount: 0.7', decision(0))).toEqual(['surprise']);
    expect(sections('window: { hours: 2,', 'window: { hours: 3,', decision(0))).toEqual(['surprise']);
    expect(sections('leastObserved: 3', 'leastObserved: 4', decision(0))).toEqual([]);
    expect(sections('leastSpread: 0.5', 'leastSpread: 0.6', decision(0))).toEqual([]);
    expect(sections('mostRatio: 3', 'mostRatio: 4', decision(0))).toEqual(['crowd']);
    expect(sections('fresh: { seconds: 1800', 'fresh: { seconds: 900', decision(0))).toEqual(['crowd']);
    expect(sections('levels: { stop-inflow: high, breach: critical }', 'levels: { breach: critical }', decision(0))).toEqual([]);
    expect(sections('leastObserved: 3', 'leastObserved: 4')).toEqual([]);
    // Who graded it is not known here: every section may differ.
    const unknown = decision(0);
    unknown.assessment = unknown.assessment.replace('"policyId":"built-in"', '"policyId":"gone"');
    expect(sections('leastObserved: 3', 'leastObserved: 4', unknown)).toEqual(['situations', 'surprise', 'crowd']);
  });

  it('is worse the more it lowers, and lowering is worse than raising', () => {
    const order = [['critical', 'low'], ['high', 'low'], ['critical', 'high'], ['moderate', 'low'], ['low', 'critical'], ['high', 'critical']] as const;
    const badness = order.map(([from, to]) => badnessOf(from, to));
    expect(badness).toEqual([...badness].sort((a, b) => b - a));
    expect(new Set(badness).size).toBe(order.length);
  });
});
