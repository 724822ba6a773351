import { builtInDocument, builtInPolicy } from './built-in';
import { PolicyRefused } from './problems';
import { readablePolicy } from './readable';

describe('a policy for people', () => {
  it('has every rule and step of the document, with condition, effect and source', () => {
    const policy = readablePolicy(builtInDocument());
    expect(policy.rules.map(({ id, steps }) => [id, steps.length])).toEqual(builtInPolicy().rules.map(({ id, steps }) => [id, steps.length]));
    expect(policy.rules.find(({ id }) => id === 'weapon')).toEqual({
      id: 'weapon', categories: null, greatestOf: null, source: expect.stringContaining('requirement'),
      steps: [{ when: 'weapon', points: 25, floor: 'high', text: { vi: 'Có hung khí', en: 'A weapon was seen' } }],
    });
    expect(policy.rules.find(({ id }) => id === 'occupancy-ratio')).toMatchObject({ categories: ['crowd-sensitive'], greatestOf: 'crowd' });
    expect(policy.rules.find(({ id }) => id === 'occupancy-ratio')?.steps.map(({ when }) => when)).toEqual(['ratio ≥ 0.7', 'ratio ≥ 0.85', 'ratio ≥ 0.95', 'ratio > 1']);
    expect(policy.thresholds).toMatchObject({ moderate: 25, high: 50, critical: 75 });
    expect(Object.keys(policy.categories)).toEqual(Object.keys(builtInPolicy().categories));
  });

  it('is refused where it is no policy', () => {
    expect(() => readablePolicy('id: x')).toThrow(PolicyRefused);
  });
});
