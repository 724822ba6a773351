import { builtInDocument, builtInPolicy, policyOf } from '@vong-gac/policy';
import { notTriedOf } from './not-tried';

const sections = (from: string, to: string): string[] => {
  const document = builtInDocument();
  if (!document.includes(from)) throw new Error(`the built-in policy has no ${from}`);
  return notTriedOf(policyOf(document.replace(from, to)), [builtInPolicy()]).map(({ section }) => section);
};

describe('what is not tried of a section crowd', () => {
  it.each([
    ['peoplePerMetreAndMinute: 82', 'peoplePerMetreAndMinute: 20'],
    ['{ step: watch, from: 0.7 }', '{ step: watch, from: 0.6 }'],
    ['{ step: watch, from: 2 }', '{ step: watch, from: 1.5 }'],
    ['{ step: watch, from: 2 }', '{ step: watch, from: 2, above: true }'],
    ['{ step: breach, from: 5 }', '{ step: breach, from: 6 }'],
    ['fresh: { seconds: 1800', 'fresh: { seconds: 900'],
    ['mostRatio: 3', 'mostRatio: 4'],
    ['mostDensity: 10', 'mostDensity: 12'],
  ])('is what has a say in which counts are believed: %s → %s', (from, to) => {
    expect(sections(from, to)).toEqual(['crowd']);
  });

  it.each([
    ['{ step: high, from: 0.85 }', '{ step: high, from: 0.8 }'],
    ['{ step: breach, from: 1, above: true }', '{ step: breach, from: 1.1, above: true }'],
    ['{ step: stop-inflow, from: 4 }', '{ step: stop-inflow, from: 4.5 }'],
    ['hold: { hysteresis: 0.05, seconds: 600', 'hold: { hysteresis: 0.05, seconds: 60'],
    ['levels: { stop-inflow: high, breach: critical }', 'levels: { breach: critical }'],
  ])('is not what only postures and alerts come of: %s → %s', (from, to) => {
    expect(sections(from, to)).toEqual([]);
  });
});
