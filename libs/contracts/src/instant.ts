import type { Instant } from '@vong-gac/domain';

const ZERO = 48;
/** 400 Gregorian years are always this many days; `Date.UTC` reads years below 100 as 19xx, so it is asked 400 years later. */
const CYCLE_YEARS = 400;
const CYCLE_MS = 146_097 * 86_400_000;
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
/** `2026-11-23T16:14:16Z`, the shortest RFC 3339 date-time. */
const SHORTEST = 20;
const AFTER_SECONDS = 19;

/**
 * Reads an RFC 3339 date-time with offset into milliseconds; finer fractions are cut off. null when it is not one, or names a day or
 * a time that does not exist. A leap second (`:60`) is refused: no store behind us can hold it.
 * By character codes, because every event has two or three of them, and each is read twice (by ajv's format, and for its value): so the last answer
 * is kept.
 */
export function parseInstant(text: string): Instant | null {
  if (text !== last.text) last = { text, instant: readInstant(text) };
  return last.instant;
}

let last: { text: string; instant: Instant | null } = { text: '', instant: null };

function readInstant(text: string): Instant | null {
  if (text.length < SHORTEST || !separatorsFit(text)) return null;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  const second = digits(text, 17, 2);
  // `digits` answers -1 for anything else, which none of these ranges holds.
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return null;
  const end = endOfFraction(text);
  const offset = end < 0 ? NaN : offsetAt(text, end);
  if (Number.isNaN(offset)) return null;
  return Date.UTC(year + CYCLE_YEARS, month - 1, day, hour, minute, second, milliseconds(text, end)) - CYCLE_MS - offset;
}

const MINUS = 45;
const PLUS = 43;
const DOT = 46;
const COLON = 58;

function separatorsFit(text: string): boolean {
  // Setting bit 5 turns `T` into `t`.
  return text.charCodeAt(4) === MINUS && text.charCodeAt(7) === MINUS && (text.charCodeAt(10) | 32) === 116 && text.charCodeAt(13) === COLON && text.charCodeAt(16) === COLON;
}

/** The number that `count` ASCII digits from `at` spell; -1 when one of them is no digit. */
function digits(text: string, at: number, count: number): number {
  let number = 0;
  for (let i = at; i < at + count; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return -1;
    number = number * 10 + digit;
  }
  return number;
}

function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && !leap ? 28 : (DAYS[month - 1] ?? 0);
}

/** Where the optional `.123456` after the seconds ends; -1 for a dot without digits. */
function endOfFraction(text: string): number {
  if (text.charCodeAt(AFTER_SECONDS) !== DOT) return AFTER_SECONDS;
  let end = AFTER_SECONDS + 1;
  while (digits(text, end, 1) >= 0) end++;
  return end === AFTER_SECONDS + 1 ? -1 : end;
}

/** The first three digits of the fraction that ends at `end`. */
function milliseconds(text: string, end: number): number {
  let sum = 0;
  for (let at = AFTER_SECONDS + 1, worth = 100; at < end && worth >= 1; at++, worth /= 10) sum += digits(text, at, 1) * worth;
  return sum;
}

/** The `Z` or `+07:00` that must end the text, as milliseconds east of UTC; NaN for anything else. */
function offsetAt(text: string, at: number): number {
  const sign = text.charCodeAt(at);
  if ((sign | 32) === 122) return text.length === at + 1 ? 0 : NaN;
  if ((sign !== PLUS && sign !== MINUS) || text.length !== at + 6 || text.charCodeAt(at + 3) !== COLON) return NaN;
  const hours = digits(text, at + 1, 2);
  const minutes = digits(text, at + 4, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return NaN;
  const offset = (hours * 60 + minutes) * 60_000;
  return sign === PLUS ? offset : -offset;
}
