import type { Instant } from '@vong-gac/domain';

const ZERO = 48;
/** 400 Gregorian years are always this many days; `Date.UTC` reads years below 100 as 19xx, so it is asked 400 years later. */
const CYCLE_YEARS = 400;
const CYCLE_MS = 146_097 * 86_400_000;
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
/** `2026-11-23T16:14:16Z`, the shortest RFC 3339 date-time. */
const SHORTEST = 20;

/**
 * Reads an RFC 3339 date-time with offset into milliseconds; finer fractions are cut off. null when it is not one, or names a day or
 * a time that does not exist. A leap second (`:60`) is refused: no store behind us can hold it.
 */
export function parseInstant(text: string): Instant | null {
  if (text.length < SHORTEST || !separatorsFit(text)) return null;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  const second = digits(text, 17, 2);
  // Digits answers -1 for anything else, which none of these ranges holds.
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return null;
  const fraction = fractionAt(text);
  if (fraction === null) return null;
  const offset = offsetAt(text, fraction.end);
  if (offset === null) return null;
  return Date.UTC(year + CYCLE_YEARS, month - 1, day, hour, minute, second, fraction.milliseconds) - CYCLE_MS - offset;
}

function separatorsFit(text: string): boolean {
  return text[4] === '-' && text[7] === '-' && (text[10] === 'T' || text[10] === 't') && text[13] === ':' && text[16] === ':';
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

const NO_FRACTION = { milliseconds: 0, end: 19 };

/** The optional `.123456` after the seconds, and where it ends. */
function fractionAt(text: string): { milliseconds: number; end: number } | null {
  if (text[19] !== '.') return NO_FRACTION;
  let end = 20;
  let milliseconds = 0;
  for (; end < text.length; end++) {
    const digit = text.charCodeAt(end) - ZERO;
    if (!(digit >= 0 && digit <= 9)) break;
    if (end < 23) milliseconds += digit * 10 ** (22 - end);
  }
  return end === 20 ? null : { milliseconds, end };
}

/** The `Z` or `+07:00` that must end the text, as milliseconds east of UTC. */
function offsetAt(text: string, at: number): number | null {
  const sign = text[at];
  if (sign === 'Z' || sign === 'z') return text.length === at + 1 ? 0 : null;
  if ((sign !== '+' && sign !== '-') || text.length !== at + 6 || text[at + 3] !== ':') return null;
  const hours = digits(text, at + 1, 2);
  const minutes = digits(text, at + 4, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return null;
  const offset = (hours * 60 + minutes) * 60_000;
  return sign === '+' ? offset : -offset;
}
