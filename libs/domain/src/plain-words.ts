/**
 * A text as plain words: lower case, without diacritics (đ is d), everything that is neither letter nor digit one space, and one space at
 * both ends. So `' em be '` is found in “Có em bé rơi xuống hồ”, written with or without its marks, and not in “xem bến”.
 *
 * It looks at 4,000 UTF-16 units at most. A table is asked for each unit, because a description is read on the road of every grave event.
 */
export function plainWords(text: string): string {
  const length = Math.min(text.length, LENGTH_MAX);
  let end = 0;
  BUFFER[end++] = SPACE;
  for (let i = 0; i < length; i++) {
    const plain = plainUnitOf(text.charCodeAt(i));
    if (plain === NOTHING || (plain === SPACE && BUFFER[end - 1] === SPACE)) continue;
    BUFFER[end++] = plain;
  }
  if (BUFFER[end - 1] !== SPACE) BUFFER[end++] = SPACE;
  return String.fromCharCode.apply(null, BUFFER.subarray(0, end) as unknown as number[]);
}

/** What plain words make of a UTF-16 unit; 0: nothing, it leaves no trace. */
export function plainUnitOf(unit: number): number {
  return unit < TABLE_SIZE ? (TABLE[unit] ?? SPACE) : unit;
}

const LENGTH_MAX = 4_000;
const SPACE = 0x20;
/** A combining mark: leaves no trace. */
const NOTHING = 0;
/** Up to here are Latin with all Vietnamese letters, other alphabets, and punctuation; what is above (Chinese, emoji) stays as it is. */
const TABLE_SIZE = 0x2070;
const TABLE = Uint16Array.from({ length: TABLE_SIZE }, (_, unit) => plainUnit(String.fromCharCode(unit)));
/** Filled and read within one call. */
const BUFFER = new Uint16Array(LENGTH_MAX + 2);

function plainUnit(character: string): number {
  if (/\p{M}/u.test(character)) return NOTHING;
  const base = character.toLowerCase().normalize('NFD').charAt(0);
  if (base === 'đ') return 'd'.charCodeAt(0);
  return /[\p{L}\p{N}]/u.test(base) ? base.charCodeAt(0) : SPACE;
}
