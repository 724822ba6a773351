import fc from 'fast-check';
import { builtInDocument } from './built-in';
import { HEAD, LINES, problemsOf, rule, SECTIONS, withRules, withSections } from './policy.spec-support';
import { describeProblem, PolicyRefused } from './problems';
import { policyOf, readPolicy } from './read-policy';

it('the built-in document and the one of these tests are sound', () => {
  expect(problemsOf(builtInDocument())).toEqual([]);
  expect(problemsOf(rule('    when: weapon\n    points: 5'))).toEqual([]);
  expect(LINES).toBe(11);
});

it('a document from before a figure was in it means what it meant', () => {
  const before = ['    againShare: 0.1\n', '    againDensity: 1\n', '    siteToHour: 21\n'].reduce((text, line) => text.replace(line, ''), builtInDocument().replace('toHour: 24', 'toHour: 21'));
  expect(problemsOf(before)).toEqual([]);
  const { alert, stall } = policyOf(before).crowd;
  expect([alert.againShare, alert.againDensity, stall.toHour, stall.siteToHour]).toEqual([0.1, 1, 21, 21]);
});

describe('each problem is told with its line and column and its remedy', () => {
  it.each<[name: string, text: string, ...problems: string[]]>([
    ['an unknown field', rule('    when: weapon\n    pionts: 5\n    points: 5'), "14:5: unknown field 'pionts' in the rule: did you mean points?"],
    ['a missing field', `${HEAD}`, '1:1: the policy has no rules: add rules:'],
    ['a field twice', rule('    when: weapon\n    points: 5\n    points: 6'), '15:5: a field stands twice: keep one of the two'],
    ['a missing English text', withRules('  - id: one\n    when: weapon\n    points: 5\n    source: law\n    text: { vi: Một }\n'), '16:11: text has no en: add en:'],
    ['a missing Vietnamese text', withRules('  - id: one\n    when: weapon\n    points: 5\n    source: law\n    text: { vi: "", en: One }\n'), '16:17: text vi is empty: write a text; put quotes around one that looks like a number or holds ": " or " #"'],
    ['a missing source', withRules('  - id: one\n    when: weapon\n    points: 5\n    text: { vi: Một, en: One }\n'), '12:5: the rule has no source: add source:'],
    ['an unknown source', withRules('  - id: one\n    when: weapon\n    points: 5\n    source: lwa\n    text: { vi: Một, en: One }\n'), "15:13: the source 'lwa' is not under sources: did you mean law?"],
    ['a proposal without a reason', withRules('  - id: one\n    when: weapon\n    points: 5\n    source: "proposal:"\n    text: { vi: Một, en: One }\n'), '15:13: the proposal gives no reason: write "proposal: why"'],
    ['an unknown category', rule('    for: [violence.fihgt]\n    when: weapon\n    points: 5'), "13:11: unknown category 'violence.fihgt': did you mean violence.fight?"],
    ['an unknown category in the table', HEAD.replace('vice.gambling', 'vice.gamblling') + 'rules: []\n' + SECTIONS, "10:3: unknown category 'vice.gamblling': did you mean vice.gambling?"],
    ['negative points', rule('    when: weapon\n    points: -5'), '14:13: points is negative (-5): nothing may lower a level: give the points to what is graver instead'],
    ['points that are no whole number', rule('    when: weapon\n    points: 2.5'), '14:13: points is not a whole number from 0 to 1000: write a whole number from 0 to 1000'],
    ['an unknown level', rule('    when: weapon\n    floor: hihg'), "14:12: floor 'hihg' is not known: use one of low, moderate, high, critical"],
    ['nothing given', rule('    when: weapon'), '12:5: it gives neither points nor a floor nor a cap: add one; write points: 0 for a rule that only says something'],
    ['an id twice', withRules('  - { id: one, when: weapon, points: 1, text: { vi: a, en: a }, source: law }\n  - { id: one, when: water, points: 1, text: { vi: a, en: a }, source: law }\n'), "13:11: the rule 'one' stands twice, first in line 12: give each rule an id of its own"],
    ['an id that is taken', withRules('  - { id: zone-unknown, when: weapon, points: 1, text: { vi: a, en: a }, source: law }\n'), "12:11: the id 'zone-unknown' is taken by a reason that every assessment may give: choose another id"],
    ['thresholds that do not rise', HEAD.replace('high: 50', 'high: 25') + 'rules: []\n', '7:35: the threshold high (25) is not above moderate (25): let the thresholds rise: moderate < high < critical'],
    ['a day that is none', HEAD.replace('2026-01-01', '2026-02-31') + 'rules: []\n', "3:12: validFrom '2026-02-31' is not a day: write YYYY-MM-DD, a day that exists"],
    ['an unknown placeholder', withRules('  - id: one\n    when: weapon\n    points: 5\n    source: law\n    text: { vi: "{ijured} người", en: One }\n'), '16:17: the placeholder {ijured} is not known: did you mean {injured}?'],
    ['an alias', withRules('  - id: one\n    when: &c weapon\n    points: 5\n    source: law\n    text: { vi: a, en: a }\n  - id: two\n    when: *c\n    points: 5\n    source: law\n    text: { vi: a, en: a }\n'), '18:11: the alias *c is not allowed: write the value itself', "18:5: when is not a condition: write it as a text, such as when: injured >= 3; put quotes around one that begins with a sign such as '!'"],
    ['no YAML', 'id: [\n', '2:1: this is not YAML (Flow sequence in block collection must be sufficiently indented and end with a ]): look at the indentation, the colons and the quotes of this line and the one before'],
    ['a list instead of a policy', '- a\n', '1:1: the policy is not a map of fields: write its fields below it, one a line, each as name: value'],
  ])('%s', (_name, text, ...expected) => {
    const found = problemsOf(text);
    for (const problem of expected) expect(found).toContain(problem);
  });
});

it.each([
  ['a tab', rule('\twhen: weapon\n    pionts: 5'), '13:1: this is not YAML (Tabs are not allowed as indentation)'],
  ['braces that are not closed', rule('    when: {{\n    pionts: 5'), '14:5: this is not YAML (Flow map in block collection must be sufficiently indented and end with a })'],
  ['a field twice above a quote that is not closed', 'id: a\nid: b\nauthor: "A\n', '4:1: this is not YAML (Missing closing "quote)'],
])('of a text that is no YAML the first error is told, and nothing that follows from it: %s', (_name, text, problem) => {
  expect(problemsOf(text)).toEqual([`${problem}: look at the indentation, the colons and the quotes of this line and the one before`]);
});

describe('sections', () => {
  it.each<[name: string, from: string, to: string, ...problems: string[]]>([
    ['an unknown field', 'hold: { hysteresis', 'hold: { hysteresys', "15:11: unknown field 'hysteresys' in crowd hold: did you mean hysteresis?", '15:9: crowd hold has no hysteresis: add hysteresis:'],
    ['a missing group', '  drift: { share: 0.1, people: 20, windowTolerance: 0.25, source: law }\n', '', '12:3: crowd has no drift: add drift:'],
    ['a group without a source', 'fresh: { seconds: 1800, source: law }', 'fresh: { seconds: 1800 }', '16:10: crowd fresh has no source: add source:'],
    ['a source that is not named', 'fresh: { seconds: 1800, source: law }', 'fresh: { seconds: 1800, source: lwa }', "16:35: the source 'lwa' is not under sources: did you mean law?"],
    ['hysteresis below nothing', 'hysteresis: 0.05', 'hysteresis: -0.05', '15:23: hysteresis is negative (-0.05): write a number from 0 to 0.5'],
    ['hysteresis beyond all sense', 'hysteresis: 0.05', 'hysteresis: 5', '15:23: hysteresis is not a number from 0 to 0.5: write a number from 0 to 0.5'],
    ['a hold below nothing', 'hysteresis: 0.05, seconds: 600', 'hysteresis: 0.05, seconds: -1', '15:38: seconds is negative (-1): write a whole number from 0 to 86400'],
    ['a word for a number', 'seconds: 1800', 'seconds: half an hour', '16:21: seconds is not a whole number from 60 to 86400: write a whole number from 60 to 86400'],
    ['bands that do not rise', '{ step: high, from: 3 }]', '{ step: high, from: 1.5 }]', '13:48: the band high (from 1.5) does not rise above the one before (watch, from 2): order the bands by step (watch, high, stop-inflow, breach) and by from, the lowest first'],
    ['bands in another order', 'bands: [{ step: watch, from: 2 }, { step: high, from: 3 }]', 'bands: [{ step: high, from: 2 }, { step: watch, from: 3 }]', '13:47: the band watch (from 3) does not rise above the one before (high, from 2): order the bands by step (watch, high, stop-inflow, breach) and by from, the lowest first'],
    ['an unknown step', 'step: watch, from: 2', 'step: wach, from: 2', "13:30: step 'wach' is not known: use one of watch, high, stop-inflow, breach"],
    ['an alert that a growing crowd would take back', '{ stop-inflow: high, breach: critical }', '{ stop-inflow: high }', '17:12: levels has no breach, although stop-inflow is told as high: add breach: high, or a higher level'],
    ['an alert that a growing crowd would make quieter', '{ stop-inflow: high, breach: critical }', '{ stop-inflow: critical, breach: high }', '17:53: the level falls from critical (stop-inflow) to high (breach) while the crowd grows: let levels rise with the steps'],
    ['an alert that is told to nobody', '{ stop-inflow: high,', '{ stop-inflow: low,', "17:35: stop-inflow 'low' is not known: use one of high, critical"],
    ['an alert of nothing', '{ stop-inflow: high, breach: critical }', '{}', '17:20: levels is empty: the police would be told of no crowd: write breach: critical at least'],
    ['bands of nothing', 'bands: [{ step: watch, from: 2 }, { step: high, from: 3 }]', 'bands: []', '13:21: bands is empty: a place would always be normal: write one band at least, such as { step: breach, from: … }'],
    ['more than the place holds, believed to be impossible', 'mostRatio: 3', 'mostRatio: 1', '18:85: mostRatio (1) is not above the band breach of ratio (1): a count that reaches it would never be believed: let mostRatio be more than 1'],
    ['a crush believed to be impossible', 'mostDensity: 10', 'mostDensity: 2.5', '18:101: mostDensity (2.5) is not above the band high of density (3): a count that reaches it would never be believed: let mostDensity be more than 3'],
    ['hours that do not rise', 'fromHour: 9, toHour: 24', 'fromHour: 20, toHour: 9', '19:108: toHour (9) is not above fromHour (20): let fromHour be less than toHour'],
    ['hours of a whole site that do not rise', 'siteToHour: 21', 'siteToHour: 9', '19:123: siteToHour (9) is not above fromHour (9): let fromHour be less than siteToHour'],
    ['an alert at every count', 'againShare: 0.1', 'againShare: 0', '17:73: againShare is not a number from 0.01 to 1: write a number from 0.01 to 1'],
    ['a morning that is both', 'reset: 0.5, kept: 0.9', 'reset: 0.9, kept: 0.5', '20:75: kept (0.5) is not above reset (0.9): let reset be less than kept'],
    ['nights that are not remembered', 'remembered: 5', 'remembered: 2', '20:115: only 2 nights are remembered, 3 are asked for (nights, givesUp): let remembered be 3 or more'],
    ['an unknown category', 'violence.fight, order]', 'violence.figth, order]', "23:24: unknown category 'violence.figth': did you mean violence.fight?"],
    ['a category of two kinds', 'for: fire,', 'for: [fire, order],', "24:29: the category 'order' stands twice, first in line 23: its reports can be of one kind of happening only"],
    ['an id twice', 'id: fire', 'id: fight', "24:11: the situation 'fight' stands twice, first in line 23: give each situation an id of its own"],
    ['a span below its window', 'windowMinutes: 15, spanMinutes: 60', 'windowMinutes: 15, spanMinutes: 10', '23:80: spanMinutes (10) is less than windowMinutes (15): the window would never be reached: let spanMinutes be windowMinutes or more'],
    ['a window below nothing', 'windowMinutes: 15', 'windowMinutes: -15', '23:63: windowMinutes is negative (-15): write a whole number from 1 to 1440'],
    ['a distance that no telephone can tell', 'nearMetres: 150', 'nearMetres: 5', '23:96: nearMetres is not a whole number from 10 to 20000: write a whole number from 10 to 20000'],
    ['a distance below nothing', 'nearMetres: 150', 'nearMetres: -150', '23:96: nearMetres is negative (-150): write a whole number from 10 to 20000'],
    ['a distance by another name', 'nearMetres: 150', 'nearMeters: 150', "23:84: unknown field 'nearMeters' in the situation: did you mean nearMetres?"],
    ['a day without hours', 'dayHours: 12', 'dayHours: 0', '27:69: dayHours is not a whole number from 1 to 24: write a whole number from 1 to 24'],
    ['a day of too many hours', 'dayHours: 12', 'dayHours: 25', '27:69: dayHours is not a whole number from 1 to 24: write a whole number from 1 to 24'],
    ['a day that is not told', ', dayHours: 12', '', '27:12: surprise poisson has no dayHours: add dayHours:'],
    ['a surprise without a window', 'window: { hours: 2', 'window: { hours: 0', '26:20: hours is not a whole number from 1 to 24: write a whole number from 1 to 24'],
    ['a cold start that never is', 'fromDays: 14', 'fromDays: 8', '27:24: fromDays (8) is less than the days and gapDays of ears (9): a site would be compared with nothing before, and never by ears: write 9 or more'],
    ['a cold start that looks too far back', 'days: 7, gapDays: 2', 'days: 20, gapDays: 9', '28:30: days and gapDays are 29 together, at most 28 are looked at: take fewer'],
  ])('%s', (_name, from, to, ...expected) => {
    const found = problemsOf(withSections(from, to));
    for (const problem of expected) expect(found).toContain(problem);
  });

  it('one problem is told once', () => {
    expect(problemsOf(withSections('hysteresis: 0.05', 'hysteresis: -0.05'))).toHaveLength(1);
    expect(problemsOf(`${HEAD}${SECTIONS.replace(/situations:\n(.*\n)*surprise/, 'situations: []\nsurprise')}rules: []\n`)).toEqual([]);
  });

  it('all of them are asked for, each by name', () => {
    expect(problemsOf(`${HEAD}rules: []\n`)).toEqual(['crowd', 'situations', 'surprise'].map((name) => `1:1: the policy has no ${name}: add ${name}:`));
  });

  it('come out as they were written', () => {
    const { crowd, situations, surprise } = policyOf(`${HEAD}${SECTIONS}rules: []\n`);
    expect(crowd).toMatchObject({ ratio: { bands: [{ step: 'watch', from: 0.7 }, { step: 'breach', from: 1, above: true }] }, hold: { hysteresis: 0.05, seconds: 600 }, alert: { levels: { 'stop-inflow': 'high', breach: 'critical' } } });
    expect(situations.kins).toEqual([{ id: 'fight', categories: ['violence.fight', 'order'], windowMinutes: 15, spanMinutes: 60, nearMetres: 150 }, { id: 'fire', categories: ['fire'], windowMinutes: 30, spanMinutes: 120 }]);
    expect(surprise).toEqual({ window: { hours: 2, leastObserved: 3 }, poisson: { fromDays: 14, classDays: 4, addedCount: 0.5, dayHours: 12 }, ears: { days: 7, gapDays: 2, leastSpread: 0.5 } });
  });
});

describe('conditions', () => {
  it.each<[name: string, fields: string, ...problems: string[]]>([
    ['an unknown fact', '    when: water && ijured >= 3\n    points: 5', '13:20: the condition does not fit its facts (Unknown variable: ijured): did you mean injured?'],
    ['a wrong type', '    when: injured == 3\n    points: 5', '13:11: the condition does not fit its facts (no such overload: double == int): write whole numbers with a decimal point, such as 3.0'],
    ['a text for a number', "    when: category == 3.0\n    points: 5", '13:11: the condition does not fit its facts (no such overload: string == double): compare texts with texts in quotes, and numbers with numbers'],
    ['no condition', '    when: injured\n    points: 5', '13:11: the condition gives double, not true or false: compare it with something, such as injured >= 3'],
    ['what is no CEL', '    when: "injured >"\n    points: 5', '13:21: the condition cannot be read (Unexpected token: EOF): write it as in docs/risk.md, such as injured >= 3 && water'],
    ['a pattern', '    when: description.matches("a+")\n    points: 5', `13:11: 'description.matches("a+")' is not allowed in a condition: compare facts, join with && and ||, and call only contains, startsWith, endsWith, says on a text`],
    ['words with capitals', '    when: description.says(["Em bé", "ngất"])\n    points: 5', '13:11: says never finds "Em bé": write lower case without punctuation, one space between words: write "em bé"'],
    ['words that are none', '    when: description.says(["..."])\n    points: 5', '13:11: says never finds "...": write lower case without punctuation, one space between words: write the words to look for, such as "em bé"'],
    ['words sought elsewhere', '    when: zone.says(["em bé"])\n    points: 5', '13:11: says seeks in description alone, words that are written out in a list: write it as description.says(["bất tỉnh", "hôn mê"], ["…"]); the second list are exceptions'],
    ['no words', '    when: description.says([])\n    points: 5', '13:11: says seeks in description alone, words that are written out in a list: write it as description.says(["bất tỉnh", "hôn mê"], ["…"]); the second list are exceptions'],
    ['on a later line of a folded text', '    when: >-\n      weapon\n      || ijured >= 3\n    points: 5', '15:10: the condition does not fit its facts (Unknown variable: ijured): did you mean injured?'],
    ['on a later line of a plain text', '    when: weapon\n      || ijured >= 3\n    points: 5', '14:10: the condition does not fit its facts (Unknown variable: ijured): did you mean injured?'],
    ['a word that the fact can never be', '    when: weapon && dayClass == "hollyday"\n    points: 5', "13:21: dayClass is never 'hollyday': did you mean 'holiday'?"],
    ['a category that does not exist', '    when: category in ["violence.fight", "violence.figth"]\n    points: 5', "13:11: category is never 'violence.figth': did you mean 'violence.fight'?"],
  ])('%s', (_name, fields, expected) => {
    expect(problemsOf(rule(fields))).toEqual([expected]);
  });

  it.each<[sought: string, right: string]>([
    ['descriptionPlain.contains(" em bé ")', '" em be "'], ['descriptionPlain.contains("Trẻ em")', '"tre em"'], ['descriptionPlain.contains(" bat tinh, ")', '" bat tinh "'],
    ['descriptionPlain.startsWith("chay")', '" chay"'], ['descriptionPlain.endsWith("chet")', '"chet "'], ['descriptionPlain == "chay"', '" chay "'], ['descriptionPlain in [" chay ", " NỔ "]', '" no "'],
  ])('what plain words never hold: %s', (condition, right) => {
    const [problem = '', ...more] = problemsOf(rule(`    when: weapon && ${condition}\n    points: 5`));
    expect([more, problem]).toEqual([[], expect.stringMatching(/^13:21: descriptionPlain never holds ".*": it is lower case, without diacritics and punctuation: write /)]);
    expect(problem.endsWith(`: write ${right}`)).toBe(true);
  });

  it('what plain words may hold', () => {
    for (const sought of [' em be ', 'em be', ' em be', 'em ', ' 火事 ', ' 2 ', '']) expect(problemsOf(rule(`    when: weapon && descriptionPlain.contains("${sought}")\n    points: 5`))).toEqual([]);
    expect(problemsOf(rule('    when: description.contains("Em bé!")\n    points: 5'))).toEqual([]);
    expect(problemsOf(rule('    when: weapon && descriptionPlain.contains("!!")\n    points: 5'))).toEqual([expect.stringContaining('write the words to look for, such as " em be "')]);
  });
});

it('tells everything at once, in the order of the text', () => {
  const found = problemsOf(`${HEAD.replace('source: law }', 'source: lwa }')}rules:\n  - id: one\n    wen: weapon\n    points: -1\n    text: { vi: a }\n    source: law\n${SECTIONS}`);
  expect(found.map((problem) => problem.split(': ')[0])).toEqual(['7:61', '12:5', '13:5', '14:13', '15:11']);
  expect(() => policyOf('id: 7')).toThrow(PolicyRefused);
});

it('each problem is told in Vietnamese, and under it in English', () => {
  const { problems } = readPolicy(rule('    when: weapon\n    pionts: 5\n    points: 5'));
  expect(problems).toEqual([{
    line: 14, column: 5, problem: "unknown field 'pionts' in the rule", remedy: 'did you mean points?',
    vi: { problem: "trường không hợp lệ 'pionts' trong quy tắc", remedy: 'ý bạn là points?' },
  }]);
  const lines = "14:5: trường không hợp lệ 'pionts' trong quy tắc: ý bạn là points?\n    unknown field 'pionts' in the rule: did you mean points?";
  expect(problems.map(describeProblem)).toEqual([lines]);
  expect(new PolicyRefused(problems).message).toBe(`Chính sách bị từ chối: 1 lỗi. / The policy was refused: 1 problem.\n${lines}`);
});

// Each breaks what no other document of these tests does.
it.each([
  ['a document too long', 'a'.repeat(300_000)],
  ['rules without end', withRules('  - { id: a, when: weapon, points: 1, text: { vi: a, en: a }, source: law }\n'.repeat(301))],
  ['situations without end', `${HEAD}${SECTIONS.replace('  - { id: fire,', `${'  - { id: x, for: health, windowMinutes: 1, spanMinutes: 1, source: law }\n'.repeat(100)}  - { id: fire,`)}rules: []\n`],
  ['a scale without steps', withRules('  - { id: one, scale: injured, steps: [], source: law }\n')],
  ['a scale that is no number', withRules('  - { id: one, scale: weapon, steps: [{ from: 1, points: 1, text: { vi: a, en: a } }], source: law }\n')],
  ['greatestOf with a cap', rule('    when: weapon\n    greatestOf: x\n    cap: low')],
  ['no list, no text, no flag, no id', withRules('  - { id: A B, when: weapon, for: { a: 1 }, points: 1, text: { vi: 1, en: a }, source: law }\n').replace('crowdSensitive: true', 'crowdSensitive: yes please')],
  ['texts too long', rule(`    when: ${JSON.stringify(`weapon || ${'weapon || '.repeat(250)}weapon`)}\n    points: 5`).replace('vi: Một', `vi: ${'a'.repeat(301)}`)],
  ['words like no other', withRules('  - { id: one, when: nothing > 3.0, for: nowhere, points: 1, text: { vi: "{zzzzzzzz}", en: a }, source: nobody, zzzzzzzz: 1 }\n  - { id: two, when: dayClass == "zzzzzzzz", points: 1, text: { vi: a, en: a }, source: law }\n')],
  ['a source that is empty', HEAD.replace('law: Luật', 'law:')],
])('what is rare is told in Vietnamese, too: %s', (_name, text) => {
  expect(problemsOf(text)).not.toEqual([]);
});

it('never throws, whatever the document', () => {
  const line = fc.constantFrom('id: x', 'version: 1', 'rules:', 'crowd:', '  hold: {seconds: x}', '  alert: {levels: 3}', '  ratio: {bands: [1, {step: high}]}', 'situations: 7', 'surprise: {ears: []}', '  - id: a', '    when: weapon', '    scale: injured', '    steps:', '      - from: 1', '    points: 5', 'categories: {a: 1}', '- b', '? c', '&a *a', '    when: "!("', 'sources: [1]', '\t');
  fc.assert(fc.property(fc.oneof(fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n')), fc.string({ unit: 'binary' })), (text) => {
    const { policy, problems } = readPolicy(text);
    expect(policy === null).toBe(problems.length > 0);
    for (const { line: at, column, problem, remedy } of problems) expect(at >= 1 && column >= 1 && problem !== '' && remedy !== '').toBe(true);
  }), { numRuns: 500 });
});
