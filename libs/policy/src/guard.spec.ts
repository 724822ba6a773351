import fc from 'fast-check';
import { absentFacts, CATEGORY_CODES, DAY_CLASSES, groupOf, neededBits, plainWords, type Facts } from '@vong-gac/domain';
import { builtInDocument } from './built-in';
import { compileCondition, type Condition } from './condition';
import { NOTHING_KNOWN } from './fact-table';
import { guardOf, plainCondition } from './guard';
import { needsOf } from './needs';
import { Problems } from './problems';
import { parseDocument, type Node } from 'yaml';

function compiled(text: string): Condition {
  const problems = new Problems();
  const source = `c: ${JSON.stringify(text)}\n`;
  const node = parseDocument(source).get('c', true) as Node;
  const condition = compileCondition({ at: 0, node }, 'when', 'bool', problems, source);
  if (condition === null) throw new Error(JSON.stringify(problems.list()));
  return condition;
}

const number = fc.oneof(fc.nat(12), fc.double({ min: 0, max: 30, noNaN: true }));
const facts: fc.Arbitrary<Facts> = fc
  .record({
    category: fc.constantFrom(...CATEGORY_CODES), severity: fc.constantFrom('Extreme', 'Severe', 'Moderate', 'Unknown'), certainty: fc.constantFrom('Observed', 'Unlikely', 'Unknown'),
    verification: fc.nat(4), weapon: fc.boolean(), injured: number, water: fc.boolean(), crowdSensitive: fc.boolean(), occupancyKnown: fc.boolean(), capacityKnown: fc.boolean(), densityKnown: fc.boolean(),
    ratio: number, hour: fc.nat(23), dayClass: fc.constantFrom(...DAY_CLASSES), description: fc.constantFrom('', 'Em bé', 'bất tỉnh', 'không bất tỉnh', 'bi ngat', 'bị ngắt'),
  })
  .map((some) => ({ ...NOTHING_KNOWN, ...some, group: groupOf(some.category), descriptionPlain: plainWords(some.description) }));

/** Of the built-in policy (those written on several lines: one of them), and some that it does not have. */
const CONDITIONS = [
  ...[...builtInDocument().matchAll(/^ +when: (?!>)(.+)$/gm)].map(([, text = '']) => text.replace(/^(['"])(.*)\1$/, '$2')),
  '!(weapon && injured >= 3) || water', '3 < injured', 'injured != 2.0 && !(hour < 5.0)', 'category in ["violence.fight", "fire.fire"] && group == "fire"', 'ratio * 2.0 > 3.0 && weapon',
  '"Severe" == severity', 'true && weapon', '(weapon ? 1.0 : 2.0) > 1.0 || water', 'descriptionPlain.contains(" em be ") && !weapon', 'injured > -1.0', 'weapon == true', 'description.says(["bất tỉnh", "bị ngất"])', 'description.says(["bất tỉnh"], ["bé bất tỉnh"]) && injured < 3.0', '!description.says(["em bé"])', 'description.startsWith("Em") || description.endsWith("tỉnh") || category != "fire.fire"',
];

it.each(CONDITIONS)('%s: what is plain is what CEL says, and what stands in the way is CEL’s own no', (text) => {
  const condition = compiled(text);
  const guard = guardOf(condition.ast);
  const plain = plainCondition(condition.ast);
  fc.assert(fc.property(facts, (given) => {
    const said = condition.evaluate(given);
    if (plain !== null) expect(plain(given)).toBe(said);
    if (guard !== null && !guard(given)) expect(said).toBe(false);
  }));
});

it('the conditions of the built-in policy are plain', () => {
  expect(CONDITIONS.filter((text) => plainCondition(compiled(text).ast) === null)).toEqual(['ratio * 2.0 > 3.0 && weapon', '(weapon ? 1.0 : 2.0) > 1.0 || water']);
  expect(CONDITIONS.filter((text) => guardOf(compiled(text).ast) === null)).toEqual(['(weapon ? 1.0 : 2.0) > 1.0 || water']);
});

it('looks only at the facts that it may', () => {
  const guard = guardOf(compiled('crowdSensitive && injured > 3').ast, new Set<keyof Facts>(['crowdSensitive']));
  expect([guard?.({ ...NOTHING_KNOWN, crowdSensitive: true }), guard?.({ ...NOTHING_KNOWN, injured: 9 })]).toEqual([true, false]);
  expect(guardOf(compiled('crowdSensitive || injured > 3').ast, new Set<keyof Facts>(['crowdSensitive']))).toBeNull();
});

describe('what a rule needs', () => {
  const needed = (text: string): string[] => needsOf('when', compiled(text), []).sort();

  it.each([
    ['weapon && injured >= 3', ['injured', 'weapon']], ['weapon || injured >= 3', []], ['water && (weapon || weapon)', ['water', 'weapon']], ['injured < 3', []], ['injured != 0.0', ['injured']],
    ['severity in ["Extreme", "Severe"]', ['severity']], ['severity in ["Extreme", "Unknown"]', []], ['certainty != "Unlikely"', []], ['!occupancyKnown', []], ['hour >= 22.0', []], ['surprise < 0.1', []],
    ['descriptionPlain.contains(" a ") || descriptionPlain.contains(" b ")', ['description']], ['description.says(["a"]) || description.says(["b"], ["c"])', ['description']], ['descriptionPlain.contains(" ")', []], ['ratio > 0.0 && ratio * 2.0 > 1.0', ['ratio']],
  ])('%s: %j', (text, expected) => {
    expect(needed(text)).toEqual(expected);
  });

  it.each(CONDITIONS)('%s does not hold without', (text) => {
    const condition = compiled(text);
    const without = neededBits(needsOf('when', condition, []));
    fc.assert(fc.property(facts, (given) => {
      if ((without & absentFacts(given)) !== 0) expect(condition.evaluate(given)).toBe(false);
    }));
  });
});
