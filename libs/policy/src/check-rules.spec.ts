import { problemsOf, rule, withRules } from './policy.spec-support';

/** What reads well and is still wrong. Line 12 is the first of the rules. */

describe('a rule that can never hold', () => {
  it.each([
    'injured > 3 && injured < 4', 'injured > 100000', 'involved > 100000', 'verification > 4', 'hour >= 24', 'weapon && !weapon', 'occupancy > 10 && !occupancyKnown', 'ratio > 0.5 && !occupancyKnown', 'false',
    'group == "fire" && category == "vice.gambling"', 'severity == "Extreme" && severity == "Severe"', 'surprise > 1.0', 'surprise < 0.5 && !baselineKnown', 'density > 3.0 && occupancyKnown && !occupancyKnown',
    'occupancyOfZone && !occupancyKnown', 'densityKnown && !occupancyKnown', 'sources > 8', 'reports < 1', 'sources < 1', 'occupancyAgeSeconds > 1800', 'ratio > 0.5 && occupancy < 1',
    'descriptionPlain.contains(" a ") && !descriptionPlain.contains(" a ")', 'injured >= 2 && (injured <= 1 || (weapon && injured < 2))',
  ])('%s', (condition) => {
    expect(problemsOf(rule(`    when: ${JSON.stringify(condition)}\n    points: 5`))).toEqual([expect.stringMatching(/^13:\d+: the rule 'one' can never hold: /)]);
  });

  it.each(['injured > 3 && injured < 5 && points == points', 'ratio > 0.5 && ratio < 0.6', 'occupancy / capacity > 2.0 && ratio < 0.1', 'hour >= 23.0', 'verification >= 4.0', 'true', 'sources >= 8', 'reports <= 1 && !weapon && injured <= 0', 'occupancyOfZone && ratio > 0.9'])('%s may hold, or it cannot be told', (condition) => {
    expect(problemsOf(rule(`    when: ${JSON.stringify(condition)}\n    points: 0`)).filter((problem) => problem.includes('never'))).toEqual([]);
  });

  it('because of its categories', () => {
    expect(problemsOf(rule('    for: vice.gambling\n    when: crowdSensitive\n    points: 5'))).toEqual([expect.stringContaining("the rule 'one' can never hold")]);
    expect(problemsOf(rule('    for: violence\n    when: category == "fire.fire"\n    points: 5'))).toEqual([expect.stringContaining("the rule 'one' can never hold")]);
    expect(problemsOf(rule('    for: violence.fight\n    when: crowdSensitive\n    points: 5'))).toEqual([]);
    const nowhere = 'for names no category: the rule can never hold: write a code or a group at least; leave for out to apply it everywhere';
    expect(problemsOf(rule('    for: []\n    when: weapon\n    points: 5'))).toEqual([`13:10: ${nowhere}`]);
    expect(problemsOf(rule('    for: crowd-sensitive\n    when: weapon\n    points: 5').replace('crowdSensitive: true, ', ''))).toEqual([`13:10: ${nowhere}`]);
  });

  it('or one of its steps', () => {
    const step = (from: number): string => `      - { from: ${from}, points: ${from}, text: { vi: a, en: a } }\n`;
    const scaled = (...steps: number[]): string => withRules(`  - id: one\n    scale: verification\n    source: law\n    steps:\n${steps.map(step).join('')}`);
    expect(problemsOf(scaled(1, 4))).toEqual([]);
    expect(problemsOf(withRules(`  - id: one\n    scale: injured\n    source: law\n    steps:\n${step(1)}      - { from: 100001, points: 9, text: { vi: a, en: a } }\n`))).toEqual(['17:9: the step from 100001 can never hold: look at the range of the fact: no incident reaches it']);
    expect(problemsOf(scaled(1, 5))).toEqual(['17:9: the step from 5 can never hold: look at the range of the fact: no incident reaches it']);
  });
});

describe('contradictions', () => {
  const two = (first: string, second: string): string => withRules(`  - { id: one, ${first}, text: { vi: a, en: a }, source: law }\n  - { id: two, ${second}, text: { vi: a, en: a }, source: law }\n`);

  it('two floors under the same condition', () => {
    expect(problemsOf(two('when: weapon && injured > 3, floor: high', 'when: injured > 3 && weapon, floor: critical'))).toEqual([
      "13:5: the rule 'two' has the floor critical, and 'one' (line 12) the floor high under the same condition: keep the one that is meant",
    ]);
    expect(problemsOf(two('for: vice, when: weapon, floor: high', 'for: violence, when: weapon, floor: critical'))).toEqual([]);
  });

  it.each([
    ['injured >= 3', '3 <= injured'], ['injured >= 3', 'injured > 2'], ['weapon && water', '!(!water || !weapon)'], ['dayClass in ["tet", "holiday"]', 'dayClass == "holiday" || dayClass == "tet"'],
    ['injured >= 3', 'injured > 2 && injured >= 1'],
  ])('the same condition, written otherwise: %s, %s', (first, second) => {
    expect(problemsOf(two(`when: '${first}', floor: high`, `when: '${second}', floor: critical`))).toEqual([expect.stringMatching(/^13:5: the rule 'two' has the floor critical, and 'one' \(line 12\)/)]);
    expect(problemsOf(two(`when: '${first}', floor: high`, `when: '${second} && hour >= 5', floor: critical`))).toEqual([]);
  });

  it('of conditions that are not the same, nothing', () => {
    expect(problemsOf(two('when: injured >= 3, floor: high', 'when: injured >= 4, floor: critical'))).toEqual([]);
    expect(problemsOf(two('when: weapon || water, floor: high', 'when: weapon && water, floor: critical'))).toEqual([]);
  });

  it('a cap where the category has a higher floor', () => {
    const floored = (fields: string): string => rule(fields).replace('points: 40,', 'points: 40, floor: high,');
    const nothing = (word: string): string => `the cap moderate does nothing for '${word}': its floor is higher, and floors beat caps: take it out of for, or lower its floor under categories`;
    expect(problemsOf(floored('    for: [vice.gambling, violence.fight]\n    when: water\n    cap: moderate'))).toEqual([`13:26: ${nothing('violence.fight')}`]);
    expect(problemsOf(floored('    for: violence\n    when: water\n    cap: moderate'))).toEqual([`13:10: ${nothing('violence')}`]);
    expect(problemsOf(floored('    for: violence.fight\n    when: water\n    cap: high'))).toEqual([]);
    expect(problemsOf(floored('    for: vice\n    when: water\n    cap: moderate'))).toEqual([]);
  });

  it('a cap below a floor, in two rules or in one', () => {
    expect(problemsOf(two('when: water, floor: high', 'when: water, cap: moderate'))).toEqual([
      "13:5: the rules 'two' and 'one' (line 12) give a cap below a floor under the same condition: floors beat caps: drop the cap, or tell the conditions apart",
    ]);
    expect(problemsOf(rule('    when: water\n    floor: high\n    cap: low'))).toEqual(['12:5: the cap low is below the floor high: floors beat caps: drop one of the two']);
  });

  const scaled = (...steps: string[]): string => withRules(`  - id: one\n    scale: injured\n    source: law\n    steps:\n${steps.map((step) => `      - { ${step}, text: { vi: a, en: a } }\n`).join('')}`);
  it.each([
    [['from: 1, floor: high', 'from: 5, points: 9'], '17:9: the floor falls from high to none while the scale rises: repeat floor: high, or a higher one'],
    [['from: 1, points: 9', 'from: 5, points: 8'], '17:9: points fall from 9 to 8 while the scale rises: let points rise with the scale: more never lowers a level'],
    [['from: 5, points: 8', 'from: 1, points: 9'], '17:9: the step from 1 does not rise above the one before (5): order the steps by from, the smallest first'],
    [['from: 1, points: 1', 'from: 5, points: 8, cap: low'], '17:9: the cap falls to low while the scale rises: let caps only rise with the scale'],
  ])('steps %j', (steps, expected) => {
    expect(problemsOf(scaled(...steps))).toContain(expected);
  });

  it('a cap that an unknown crowd brings', () => {
    const lowers = /^13:\d+: the rule 'one' caps where nobody has counted: .*: let it hold only where the crowd is known/;
    for (const when of ['!occupancyKnown', 'occupancy < 100.0', 'ratio < 0.5 && !weapon', '!densityKnown']) {
      expect(problemsOf(rule(`    when: ${JSON.stringify(when)}\n    cap: moderate`))).toEqual([expect.stringMatching(lowers)]);
    }
    for (const when of ['occupancyKnown && occupancy < 100.0', 'densityKnown && density < 1.0', 'true', 'hour >= 22.0']) {
      expect(problemsOf(rule(`    when: ${JSON.stringify(when)}\n    cap: moderate`))).toEqual([]);
    }
  });

  it('points or a floor that an empty place has, and an unknown crowd has not', () => {
    const lowers = /^1[23]:\d+: the rule 'one' gives an empty place more than one where nobody has counted: .*: write it by the number of guests/;
    for (const when of ['occupancyKnown', 'occupancyKnown && hour >= 22.0', 'occupancyOfZone', 'densityKnown || weapon', 'occupancyAgeSeconds > 600']) {
      expect(problemsOf(rule(`    when: ${JSON.stringify(when)}\n    points: 20`))).toEqual([expect.stringMatching(lowers)]);
      expect(problemsOf(rule(`    when: ${JSON.stringify(when)}\n    floor: high`))).toEqual([expect.stringMatching(lowers)]);
    }
    for (const when of ['!occupancyKnown', 'occupancyKnown && occupancy >= 1', 'ratio >= 0.5', 'occupancyKnown || !occupancyKnown', 'capacityKnown']) {
      expect(problemsOf(rule(`    when: ${JSON.stringify(when)}\n    points: 20`))).toEqual([]);
    }
  });

  it('but for what another rule gives the unknown crowd', () => {
    const known = 'when: occupancyKnown && !capacityKnown, points: 5';
    const lowers = [expect.stringContaining("'one' gives an empty place more")];
    expect(problemsOf(two(known, 'when: "!occupancyKnown", points: 5'))).toEqual([]);
    expect(problemsOf(two(known, 'when: "!occupancyKnown", points: 4'))).toEqual(lowers);
    expect(problemsOf(two(known, 'for: violence, when: "!occupancyKnown", points: 5'))).toEqual(lowers);
    expect(problemsOf(two(known, 'when: "!occupancyKnown && water", points: 5'))).toEqual(lowers);
    expect(problemsOf(two(known, 'when: "!occupancyKnown", points: 5, greatestOf: x'))).toEqual(lowers);
    expect(problemsOf(two('when: occupancyKnown, floor: high', 'when: "!occupancyKnown", floor: high'))).toEqual([]);
  });

  it('a rule that takes away when it becomes graver', () => {
    expect(problemsOf(rule('    when: injured < 3\n    points: 5'))).toEqual([
      "13:11: the rule 'one' takes points or a floor away when injured rises from 2 to 3: what is graver would lower the level: write it so that it holds for every greater injured too",
    ]);
    expect(problemsOf(rule('    when: verification >= 2.0 && water\n    cap: moderate'))[0]).toContain('begins to cap when verification rises from 1 to 2');
    expect(problemsOf(rule('    when: "!weapon"\n    floor: high'))[0]).toContain('when weapon rises from false to true');
    expect(problemsOf(rule('    when: "!verificationKnown"\n    points: 30'))[0]).toContain('takes points or a floor away when verificationKnown rises from false to true');
    expect(problemsOf(rule('    when: "!verificationKnown"\n    cap: moderate'))).toEqual([]);
    expect(problemsOf(rule('    when: injured < 3\n    cap: moderate'))).toEqual([]);
    expect(problemsOf(rule('    when: injured < 3\n    points: 0'))).toEqual([]);
  });
});
