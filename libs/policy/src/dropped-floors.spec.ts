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
