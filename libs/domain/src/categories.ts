import type { Bilingual } from './incident';

/**
 * The catalogue of incident categories: `<group>.<name>`, each with names, its CAP 1.2 category and the safeties it touches.
 *
 * What a category weighs is not said here: floors and points belong to the policy (built-in-policy.ts), which has its own version.
 * Names follow the wording of Vietnamese practice (trộm cắp tài sản, gây rối trật tự công cộng, đuối nước …).
 */

/** CAP 1.2 `category` values that the catalogue uses. */
export type CapCategory = 'Security' | 'Fire' | 'Rescue' | 'Transport' | 'Health' | 'Safety' | 'Other';

/** The four safeties (4 an toàn): 1 premises and area, 2 people, 3 property, 4 regular activities. */
export type Safety = 1 | 2 | 3 | 4;

/** A group of categories; what holds for all its names. */
export interface CategoryGroup {
  name: Bilingual;
  cap: CapCategory;
  safeties: readonly Safety[];
}

/** One entry of the catalogue. */
export interface Category extends CategoryGroup {
  code: string;
  group: string;
}

/** What `categoryOf` made of a word. */
export interface CategoryMatch {
  /** A catalogue code, or `<group>.unknown`. */
  code: string;
  group: string;
  /** false: the word is not in the catalogue; the event is graded cautiously and a reason says so. */
  known: boolean;
}

const group = (vi: string, en: string, cap: CapCategory, ...safeties: Safety[]): CategoryGroup => ({ name: { vi, en }, cap, safeties });

/** Groups by name. The safeties of `other` are a proposal (as for lodging, the other group that CAP calls Other). */
export const CATEGORY_GROUPS: ReadonlyMap<string, CategoryGroup> = new Map([
  ['security', group('An ninh tài sản', 'Property crime', 'Security', 3)],
  ['violence', group('Bạo lực', 'Violence', 'Security', 2)],
  ['order', group('Trật tự công cộng', 'Public order', 'Security', 1, 4)],
  ['vice', group('Tệ nạn xã hội', 'Vice', 'Security', 4)],
  ['fire', group('Cháy, nổ', 'Fire', 'Fire', 1, 4)],
  ['rescue', group('Cứu nạn, cứu hộ', 'Rescue', 'Rescue', 2)],
  ['traffic', group('Giao thông', 'Traffic', 'Transport', 4)],
  ['health', group('Y tế', 'Health', 'Health', 2)],
  ['crowd', group('Đám đông', 'Crowd', 'Safety', 4)],
  ['suspicion', group('Nghi vấn', 'Suspicion', 'Security', 1)],
  ['lodging', group('Lưu trú', 'Lodging', 'Other', 4)],
  ['other', group('Khác', 'Other', 'Other', 4)],
]);

const NAMES: Readonly<Record<string, Readonly<Record<string, readonly [vi: string, en: string]>>>> = {
  security: {
    theft: ['Trộm cắp tài sản', 'Theft'],
    burglary: ['Đột nhập, trộm phòng', 'Burglary'],
    robbery: ['Cướp tài sản', 'Robbery'],
    snatching: ['Cướp giật tài sản', 'Snatching'],
    fraud: ['Lừa đảo chiếm đoạt tài sản', 'Fraud'],
    'lost-property': ['Mất đồ, thất lạc tài sản', 'Lost property'],
  },
  violence: {
    fight: ['Đánh nhau', 'Fight'],
    assault: ['Cố ý gây thương tích', 'Assault'],
    harassment: ['Quấy rối', 'Harassment'],
    weapon: ['Mang, sử dụng hung khí', 'Weapon'],
  },
  order: {
    disturbance: ['Gây rối trật tự công cộng', 'Disturbance'],
    drunkenness: ['Say rượu, bia', 'Drunkenness'],
    gathering: ['Tụ tập đông người', 'Gathering'],
    fireworks: ['Đốt pháo', 'Fireworks'],
    trespass: ['Xâm nhập trái phép', 'Trespass'],
    vandalism: ['Phá hoại tài sản', 'Vandalism'],
    drone: ['Flycam bay trái phép', 'Unauthorised drone'],
  },
  vice: { gambling: ['Cờ bạc', 'Gambling'], prostitution: ['Mại dâm', 'Prostitution'], drugs: ['Ma túy', 'Drugs'] },
  fire: { fire: ['Cháy', 'Fire'], smoke: ['Khói, nghi cháy', 'Smoke'], explosion: ['Nổ', 'Explosion'], 'gas-leak': ['Rò rỉ khí gas', 'Gas leak'] },
  rescue: {
    drowning: ['Đuối nước', 'Drowning'],
    'boat-accident': ['Tai nạn thuyền, xuồng', 'Boat accident'],
    'missing-person': ['Người mất tích', 'Missing person'],
    'lost-child': ['Trẻ lạc', 'Lost child'],
  },
  traffic: { accident: ['Tai nạn giao thông', 'Traffic accident'], congestion: ['Ùn tắc lối vào', 'Congestion'] },
  health: { emergency: ['Cấp cứu y tế', 'Medical emergency'], poisoning: ['Ngộ độc', 'Poisoning'], suicide: ['Tự tử, có ý định tự tử', 'Suicide or attempt'] },
  crowd: {
    'over-capacity': ['Vượt sức chứa', 'Over capacity'],
    'high-density': ['Mật độ người cao', 'High crowd density'],
    crush: ['Chen lấn, xô đẩy', 'Crowd crush'],
  },
  suspicion: { person: ['Người khả nghi', 'Suspicious person'], vehicle: ['Xe khả nghi', 'Suspicious vehicle'], object: ['Vật khả nghi', 'Suspicious object'] },
  lodging: { violation: ['Vi phạm quy định lưu trú', 'Lodging violation'] },
  other: { unknown: ['Chưa rõ loại vụ việc', 'Unknown kind of incident'], other: ['Vụ việc khác', 'Other incident'] },
};

/** The code for a word whose group is unknown too. */
export const UNKNOWN_CATEGORY = 'other.unknown';

const entriesOf = (groupName: string, of: CategoryGroup): Category[] =>
  Object.entries(NAMES[groupName] ?? {}).map(([name, [vi, en]]) => ({ ...of, code: `${groupName}.${name}`, group: groupName, name: { vi, en } }));

/** Every category of the contract, by code. */
export const CATALOGUE: ReadonlyMap<string, Category> = new Map([...CATEGORY_GROUPS].flatMap(([name, of]) => entriesOf(name, of)).map((c) => [c.code, c]));

/** `<group>.unknown` of every group: how an unknown name in a known group is kept. */
const UNKNOWN_IN_GROUP: ReadonlyMap<string, Category> = new Map(
  [...CATEGORY_GROUPS].map(([name, of]): [string, Category] => {
    const code = `${name}.unknown`;
    const names = { vi: `${of.name.vi} (chưa rõ loại)`, en: `${of.name.en} (kind unknown)` };
    return [code, CATALOGUE.get(code) ?? { ...of, code, group: name, name: names }];
  }),
);

function entry(code: string): Category {
  const found = CATALOGUE.get(code) ?? UNKNOWN_IN_GROUP.get(code) ?? CATALOGUE.get(UNKNOWN_CATEGORY);
  if (found === undefined) throw new Error(`The catalogue has lost ${UNKNOWN_CATEGORY}.`);
  return found;
}

const MATCHES: ReadonlyMap<string, CategoryMatch> = new Map([...CATALOGUE.values()].map((c) => [c.code, { code: c.code, group: c.group, known: true }]));
const UNKNOWN_MATCHES: ReadonlyMap<string, CategoryMatch> = new Map(
  [...UNKNOWN_IN_GROUP.values()].map((c) => [c.group, { code: c.code, group: c.group, known: MATCHES.has(c.code) }]),
);
const NO_GROUP: CategoryMatch = { code: UNKNOWN_CATEGORY, group: 'other', known: false };

/**
 * The category that a publisher's word means. Total: any string has an answer.
 *
 * Letter case and surrounding white space carry no meaning in a code: ` Violence.FIGHT ` is `violence.fight` and no defect. Nothing else
 * is guessed: `rescue.drownning`, `rescue` and `rescue.drowning.pool` are `rescue.unknown`; `drowning` and `chay.chay` are `other.unknown`.
 */
export function categoryOf(word: string): CategoryMatch {
  const exact = MATCHES.get(word);
  if (exact !== undefined) return exact;
  const code = word.trim().toLowerCase();
  const folded = MATCHES.get(code);
  if (folded !== undefined) return folded;
  const dot = code.indexOf('.');
  const inGroup = UNKNOWN_MATCHES.get(dot < 0 ? code : code.slice(0, dot));
  if (inGroup === undefined) return NO_GROUP;
  return inGroup.known ? NO_GROUP : inGroup;
}

/** Names of a category for people; of an unknown code: those of `other.unknown`. */
export function categoryNames(code: string): Bilingual {
  return entry(code).name;
}

/** CAP 1.2 `category` of a code. */
export function capCategory(code: string): CapCategory {
  return entry(code).cap;
}

/** The safeties that a category touches: at least one, in rising order. */
export function safeties(code: string): readonly Safety[] {
  return entry(code).safeties;
}

/** The group of a code; of an unknown code: `other`. */
export function groupOf(code: string): string {
  return entry(code).group;
}

/** false: the code stands for a word that the catalogue does not have (`rescue.unknown`, `other.unknown`, or anything else). */
export function isNamedCategory(code: string): boolean {
  return code !== UNKNOWN_CATEGORY && CATALOGUE.has(code);
}
