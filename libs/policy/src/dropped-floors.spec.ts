import { builtInDocument } from './built-in';
import { droppedFloors } from './dropped-floors';
import { policyOf } from './read-policy';

function changed(...changes: [from: string, to: string][]): ReturnType<typeof droppedFloors> {
  const text = changes.reduce((document, [from, to]) => {
    expect(document).toContain(from);
    return document.replace(from, to);
  }, builtInDocument());
  return droppedFloors(policyOf(text));
}

it('of the built-in policy are none, nor of one that only raises', () => {
  expect(changed()).toEqual([]);
  expect(changed(['fire.fire: { points: 60, floor: high', 'fire.fire: { points: 60, floor: critical'])).toEqual([]);
});

it('are those of categories and rules that another policy has not, or has lower', () => {
  expect(changed(
    ['rescue.drowning: { points: 60, floor: high', 'rescue.drowning: { points: 60'],
    ['fire.explosion: { points: 80, floor: critical', 'fire.explosion: { points: 80, floor: high'],
    ['points: 25, floor: high, text: { vi: Đã xác minh', 'points: 25, text: { vi: Đã xác minh'],
    ['  - id: weapon\n', '  - id: hung-khi\n'],
  )).toEqual([
    { of: 'fire.explosion', kind: 'category', builtIn: 'critical', now: 'high' },
    { of: 'rescue.drowning', kind: 'category', builtIn: 'high', now: null },
    // What nobody can name in a group is what weighs most in it.
    { of: 'fire.unknown', kind: 'category', builtIn: 'critical', now: 'high' },
    { of: 'weapon', kind: 'rule', builtIn: 'high', now: null },
    { of: 'verification', kind: 'rule', builtIn: 'high', now: null },
  ]);
});

describe('of crowds', () => {
  const LEVELS = 'levels: { stop-inflow: high, breach: critical }';

  it('are the bands from which on the police are no longer told, or more quietly', () => {
    expect(changed([LEVELS, 'levels: { breach: high }'])).toEqual([
      { of: 'ratio >= 0.95', kind: 'crowd', builtIn: 'high', now: null },
      { of: 'ratio > 1', kind: 'crowd', builtIn: 'critical', now: 'high' },
      { of: 'density >= 4', kind: 'crowd', builtIn: 'high', now: null },
      { of: 'density >= 5', kind: 'crowd', builtIn: 'critical', now: 'high' },
    ]);
    expect(changed(['{ step: breach, from: 1, above: true }', '{ step: breach, from: 1.2 }'])).toEqual([{ of: 'ratio > 1', kind: 'crowd', builtIn: 'critical', now: 'high' }]);
    expect(changed(['      - { step: breach, from: 5 }\n', ''])).toEqual([{ of: 'density >= 5', kind: 'crowd', builtIn: 'critical', now: 'high' }]);
  });

  it('are none where they are told sooner or louder', () => {
    expect(changed([LEVELS, 'levels: { high: high, stop-inflow: critical, breach: critical }'])).toEqual([]);
    expect(changed(['{ step: stop-inflow, from: 0.95 }', '{ step: stop-inflow, from: 0.9 }'])).toEqual([]);
  });
});
