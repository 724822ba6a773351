import { plainWords } from '@vong-gac/domain';
import { SoughtWords } from './sought-words';

/** Whether a description says something. `descriptionPlain` is the same text as `plainWords` gives it, and is asked for only where it may matter. */
export type Said = (text: { readonly description: string; readonly descriptionPlain: string }) => boolean;

/** What any condition seeks. */
const SOUGHT = new SoughtWords();
/** Several rules ask of the same description, one after the other. */
let [asked, mayHold] = ['', false];

function mayHoldAny(description: string): boolean {
  if (asked !== description) [asked, mayHold] = [description, description.length > PLAIN_MAX || SOUGHT.mayStandIn(description)];
  return mayHold;
}

/**
 * What `description.says([words], [except])` asks: whether one of the words stands there and is neither denied nor part of an exception.
 *
 * - Each syllable may be written with all of its marks, with fewer or with none: “bị ngất” is found in “bi ngat” and “bị ngât”, not in “bị ngắt”. Where
 *   the tone stands makes no difference (hoà, hòa), nor whether it is hỏi or ngã, which half the country does not tell apart.
 * - “Không” is also ko, k and khg.
 * - What is denied directly before it in the same clause does not count: “không (có ai bị) ngất”.
 * - An exception excuses the words that it overlaps, and only there: of “cá chết, hai người chết” the second counts.
 *
 * Each place is looked at by itself, so that a denial here never silences what is said there. What a stored policy means may never change: neither may this.
 */
export function saidOf(words: readonly string[], except: readonly string[] = []): Said {
  const spelt = words.flatMap(spellings);
  const [sought, excused] = [indexOf(spelt), indexOf(except.flatMap(spellings))];
  // Sorted, so that what begins alike is tried together.
  const plain = spelt.map((each) => plainWords(each).trim()).sort();
  const quick = new RegExp(`[^a-z0-9](?:${plain.join('|')})(?![a-z0-9])`);
  for (const each of plain) SOUGHT.add(each);
  [asked, mayHold] = ['', false]; // '' says nothing, whatever is sought
  return (said) => {
    const { description } = said;
    if (!mayHoldAny(description)) return false;
    if (description.length <= PLAIN_MAX && !quick.test(said.descriptionPlain)) return false;
    const text = syllablesOf(description);
    let exceptions: Span[] | null = null;
    return found(text, sought).some(([from, to]) => {
      if (isDenied(text, from)) return false;
      exceptions ??= found(text, excused).filter(([a, b]) => !text.slice(a + 1, b).some(({ begins }) => begins));
      return !exceptions.some(([a, b]) => a < to && from < b);
    });
  };
}

/** How “không” is written in a hurry. */
const HURRIED = ['ko', 'k', 'khg'];
const spellings = (words: string): string[] => [words, ...(words.includes('không ') ? HURRIED.map((each) => words.replace('không ', `${each} `)) : [])];

/** From, and up to but without. */
type Span = readonly [from: number, to: number];

/** A syllable as it is written and what its marks are. */
interface Syllable {
  written: string;
  plain: string;
  /** Without its tone: ă, â, đ, ê, ô, ơ, ư remain. */
  letters: string;
  /** '': none is written. */
  tone: string;
  /** A clause begins with it. */
  begins: boolean;
}

/** As far as plainWords looks, in UTF-16 units: a description has 4,000 characters at most, and twice as many units. */
const PLAIN_MAX = 4_000;
const PARTS = /[\p{L}\p{M}\p{N}]+|[.,;:!?…()\n–—]| - /gu;
const LETTER = /[\p{L}\p{N}]/u;
/** Grave, acute, tilde (ngã), hook (hỏi), dot below. */
const TONES = '\u0300\u0301\u0303\u0309\u0323';

/** Several rules ask of the same description, one after the other. */
let last: { description: string; syllables: Syllable[] } = { description: '', syllables: [] };

function syllablesOf(description: string): Syllable[] {
  if (last.description === description) return last.syllables;
  const syllables: Syllable[] = [];
  let begins = true;
  for (const [part] of description.normalize('NFC').toLowerCase().matchAll(PARTS)) {
    const isWord = LETTER.test(part);
    if (isWord) syllables.push(syllableOf(part, begins));
    begins = !isWord;
  }
  last = { description, syllables };
  return syllables;
}

function syllableOf(written: string, begins: boolean): Syllable {
  let [letters, tone] = ['', ''];
  for (const unit of written.normalize('NFD')) {
    if (TONES.includes(unit)) tone = unit === '\u0303' ? '\u0309' : unit;
    else letters += unit;
  }
  return { written, plain: plainWords(written).trim(), letters: letters.normalize('NFC'), tone, begins };
}

/** Words by how their first syllable reads without marks. */
type Index = ReadonlyMap<string, readonly (readonly Syllable[])[]>;

function indexOf(words: readonly string[]): Index {
  const index = new Map<string, Syllable[][]>();
  for (const word of words) {
    const syllables = word.split(' ').map((each) => syllableOf(each, false));
    const first = syllables[0]?.plain ?? '';
    index.set(first, [...(index.get(first) ?? []), syllables]);
  }
  return index;
}

function found(text: readonly Syllable[], index: Index): Span[] {
  return text.flatMap(({ plain }, from) => (index.get(plain) ?? []).filter((word) => word.every((each, i) => mayBe(text[from + i], each))).map((word): Span => [from, from + word.length]));
}

/** Whether what is written may be meant for that syllable: it has no mark that the syllable has not. */
function mayBe(written: Syllable | undefined, meant: Syllable): boolean {
  if (written?.plain !== meant.plain || (written.tone !== '' && written.tone !== meant.tone)) return false;
  return written.letters === meant.letters || [...written.letters].every((letter, i) => letter === meant.letters[i] || letter === meant.plain[i]);
}

/** As they are written, marks and all: “chua” may be chùa, a temple. Neither is “kg” one, nor “no”, which is nổ, an explosion. */
const DENIALS = new Set(['không', 'khong', ...HURRIED, 'chưa', 'chẳng', 'not', 'nobody']);
/** “Khu k” is an area. */
const NAMED_BY_LETTER = new Set(['khu', 'lo', 'nha', 'day', 'toa', 'cong', 'ban', 'bai', 'phong', 'tang', 'so', 'zone', 'block']);
/** What may stand between a denial and what it denies. Not “thấy”: who writes “không thấy em bé” is looking for one. */
const BETWEEN = indexOf(['có', 'ai', 'bị', 'người', 'nào', 'khách', 'phải', 'là', 'hề', 'trường', 'hợp', 'ca', 'dấu', 'hiệu']);
const BETWEEN_MAX = 6;

function isDenied(text: readonly Syllable[], from: number): boolean {
  for (let i = from; i > 0 && from - i <= BETWEEN_MAX && text[i]?.begins === false; i--) {
    const before = text[i - 1];
    if (before === undefined) return false;
    if (DENIALS.has(before.written)) return before.written !== 'k' || !NAMED_BY_LETTER.has(text[i - 2]?.plain ?? '');
    if (BETWEEN.get(before.plain)?.some(([meant]) => meant !== undefined && mayBe(before, meant)) !== true) return false;
  }
  return false;
}

/** Words as they can stand in a condition: lower case, composed, one space between them, nothing but letters and digits. */
export function wordsAsSought(words: string): string {
  return [...words.normalize('NFC').toLowerCase().matchAll(/[\p{L}\p{M}\p{N}]+/gu)].join(' ');
}
