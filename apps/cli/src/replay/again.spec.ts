import { builtInPolicy, shippedPolicies } from '@vong-gac/policy';
import { Replay, type ReplayReport } from './again';
import { decision } from './decisions.spec-support';

function replayed(decisions: ReturnType<typeof decision>[]): ReplayReport {
  const replay = new Replay(shippedPolicies);
  decisions.forEach((each) => replay.take(each));
  return replay.report;
}

describe('decisions computed again', () => {
  it('are the same to the byte where nothing was changed', () => {
    const report = replayed([decision(1), decision(2, { incident: { category: 'fire.fire' } })]);
    expect(report).toEqual({ incidents: 2, identical: 2, different: 0, policyNotKnown: {}, levels: { low: 1, moderate: 0, high: 1, critical: 0 }, firstDifference: null });
  });

  it('differ where a column, the assessment or a level was changed afterwards; the first is named', () => {
    const [injured, score, column] = [decision(2), decision(3), decision(4)];
    injured.incident.injured = 3;
    score.assessment = score.assessment.replace(/"score":\d+/, '"score":99');
    column.level = 'critical';
    const report = replayed([decision(1), injured, score, column]);
    expect(report).toMatchObject({ identical: 1, different: 3, firstDifference: { id: 'id-0002', eventId: 'e2', stored: 'low', problem: expect.stringMatching(/at character \d+/) } });
    expect(replayed([score]).firstDifference?.problem).toContain('99');
    expect(replayed([column]).firstDifference?.problem).toContain('the columns say critical');
  });

  it.each(['{', 'null', '{"level":"low"}', '[]'])('differ where the assessment is %s, and the rest is replayed all the same', (assessment) => {
    expect(replayed([decision(1, { assessment }), decision(2)])).toMatchObject({ identical: 1, different: 1, firstDifference: { again: null, problem: expect.stringContaining('cannot be read') } });
  });

  it('are counted apart where their policy is not known here', () => {
    const other = decision(2, {}, { ...builtInPolicy(), version: 7 });
    expect(replayed([decision(1), other])).toMatchObject({ incidents: 2, identical: 1, different: 0, policyNotKnown: { 'built-in 7': 1 } });
  });
});
