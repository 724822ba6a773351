import { capCategory, CATALOGUE, CATEGORY_GROUPS, categoryNames, categoryOf, groupOf, isNamedCategory, safeties } from './categories';

/** The list of contract.md, word for word. */
const CONTRACT: Record<string, string> = {
  security: 'theft burglary robbery snatching fraud lost-property',
  violence: 'fight assault harassment weapon',
  order: 'disturbance drunkenness gathering fireworks trespass vandalism drone',
  vice: 'gambling prostitution drugs',
  fire: 'fire smoke explosion gas-leak',
  rescue: 'drowning boat-accident missing-person lost-child',
  traffic: 'accident congestion',
  health: 'emergency poisoning suicide',
  crowd: 'over-capacity high-density crush',
  suspicion: 'person vehicle object',
  lodging: 'violation',
  other: 'unknown other',
};
const CODES = Object.entries(CONTRACT).flatMap(([group, names]) => names.split(' ').map((name) => `${group}.${name}`));

describe('the catalogue', () => {
  it('has every category of the contract and no other', () => {
    expect([...CATALOGUE.keys()].sort()).toEqual([...CODES].sort());
    expect([...CATEGORY_GROUPS.keys()]).toEqual(Object.keys(CONTRACT));
  });

  it('names each in Vietnamese and English, differently', () => {
    for (const key of ['vi', 'en'] as const) {
      const names = CODES.map((code) => categoryNames(code)[key]);
      expect(new Set(names).size).toBe(CODES.length);
      expect(names.every((name) => name.trim().length > 1)).toBe(true);
    }
  });

  it('is written in composed Unicode, so that a search meets it', () => {
    for (const code of CODES) expect(categoryNames(code).vi).toBe(categoryNames(code).vi.normalize('NFC'));
  });

  it.each([
    ['security.theft', 'Security', [3]], ['violence.fight', 'Security', [2]], ['order.drone', 'Security', [1, 4]], ['vice.drugs', 'Security', [4]], ['fire.smoke', 'Fire', [1, 4]],
    ['rescue.lost-child', 'Rescue', [2]], ['traffic.congestion', 'Transport', [4]], ['health.suicide', 'Health', [2]], ['crowd.crush', 'Safety', [4]],
    ['suspicion.object', 'Security', [1]], ['lodging.violation', 'Other', [4]], ['other.other', 'Other', [4]],
  ] as const)('%s is %s for CAP and touches safety %j', (code, cap, touched) => {
    expect(capCategory(code)).toBe(cap);
    expect(safeties(code)).toEqual(touched);
  });

});

describe('the category of a word', () => {
  it.each(CODES)('%s is itself', (code) => {
    expect(categoryOf(code)).toEqual({ code, group: groupOf(code), known: true });
    expect(code.startsWith(`${groupOf(code)}.`)).toBe(true);
  });

  it.each([' violence.fight', 'Violence.Fight', 'VIOLENCE.FIGHT\n'])('letter case and white space around carry no meaning: %j', (word) => {
    expect(categoryOf(word)).toEqual({ code: 'violence.fight', group: 'violence', known: true });
  });

  it.each(['rescue.drownning', 'rescue.', 'rescue', 'rescue.drowning.pool', 'rescue.unknown', 'Rescue.Đuối nước', 'rescue. drowning'])('%j is an unknown kind of rescue', (word) => {
    expect(categoryOf(word)).toEqual({ code: 'rescue.unknown', group: 'rescue', known: false });
  });

  it.each(['drowning', 'weather.storm', '', '.', '.fight', '__proto__', 'constructor.name', '__proto__.theft', 'other', 'other.storm', '\u0000', '\ud800'])('%j is unknown', (word) => {
    expect(categoryOf(word)).toEqual({ code: 'other.unknown', group: 'other', known: false });
  });

  it('unknown kinds have names, a CAP category and safeties of their group', () => {
    expect(categoryNames('fire.unknown')).toEqual({ vi: 'Cháy, nổ (chưa rõ loại)', en: 'Fire (kind unknown)' });
    expect([capCategory('fire.unknown'), safeties('fire.unknown'), groupOf('fire.unknown')]).toEqual(['Fire', [1, 4], 'fire']);
    expect(categoryNames('no such code')).toEqual(categoryNames('other.unknown'));
    expect(['fire.fire', 'fire.unknown', 'other.unknown', 'x'].map(isNamedCategory)).toEqual([true, false, false, false]);
  });
});
