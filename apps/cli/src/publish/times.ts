import { DateTime } from 'luxon';

/** Days between 1899-12-30 (day 0 of Excel's serial days, with its false 29 February 1900) and 1970-01-01. */
const EXCEL_EPOCH_DAYS = 25_569;
const DAY_MS = 86_400_000;

/** Why a time could not be read; a sentence with its remedy. */
export class TimeProblem extends Error {}

/**
 * Reads a cell's time by the first format that fits. A format with no offset is wall time in `zone`.
 * @returns RFC 3339 in UTC, so that two exports of the same event in two zones say the same
 * @throws TimeProblem when no format fits, or when that wall time never was (the hour that summer time skips)
 */
export function readTime(text: string, formats: readonly string[], zone: string): string {
  for (const format of formats) {
    const at = parse(text, format, zone);
    if (!at.isValid) continue;
    if (!isWallTime(text, format, at)) throw new TimeProblem(`'${text.slice(0, 60)}' never was in ${zone}: summer time skips that hour; correct the time, or the zone`);
    return toText(earlierOfTwo(at));
  }
  throw new TimeProblem(`'${text.slice(0, 60)}' is not a time of the form ${formats.join(' or ')}: correct the cell, or add its form to the field's format`);
}

function parse(text: string, format: string, zone: string): DateTime {
  switch (format) {
    case 'iso':
      return DateTime.fromISO(text, { zone });
    case 'epoch-seconds':
      return fromNumber(text, (value) => value * 1_000);
    case 'epoch-milliseconds':
      return fromNumber(text, (value) => value);
    case 'excel':
      return fromNumber(text, (days) => Math.round((days - EXCEL_EPOCH_DAYS) * DAY_MS)).setZone(zone, { keepLocalTime: true });
    default:
      return DateTime.fromFormatParser(text, parserOf(format), { zone });
  }
}

const parsers = new Map<string, ReturnType<typeof DateTime.buildFormatParser>>();

/** Read once per format and kept: building it costs more than reading a cell. */
function parserOf(format: string): ReturnType<typeof DateTime.buildFormatParser> {
  const known = parsers.get(format);
  if (known) return known;
  const built = DateTime.buildFormatParser(format);
  parsers.set(format, built);
  return built;
}

/** A clock that is put back shows an hour twice; nobody wrote which. The first counts, as it does in Python, Java and Temporal. */
function earlierOfTwo(at: DateTime): DateTime {
  const putBack = at.minus({ hours: 3 }).offset - at.offset;
  if (putBack <= 0) return at;
  const earlier = at.minus({ minutes: putBack });
  return earlier.hour === at.hour && earlier.minute === at.minute ? earlier : at;
}

function fromNumber(text: string, toMs: (value: number) => number): DateTime {
  return /^-?\d+(\.\d+)?$/.test(text) ? DateTime.fromMillis(toMs(Number(text)), { zone: 'utc' }) : DateTime.invalid('not a number');
}

/** Luxon moves a wall time out of the gap silently. Read in UTC, where no hour is skipped, the same text must show the same clock. */
function isWallTime(text: string, format: string, at: DateTime): boolean {
  if (format.startsWith('epoch') || format === 'excel') return true;
  const plain = parse(text, format, 'utc');
  // A text with an offset of its own is an instant, whatever the zone.
  if (plain.toMillis() === at.toMillis()) return true;
  return plain.hour === at.hour && plain.minute === at.minute;
}

function toText(at: DateTime): string {
  const utc = at.toUTC();
  const text = utc.toISO({ suppressMilliseconds: true });
  if (text === null || utc.year < 0 || utc.year > 9_999) throw new TimeProblem('the year has more than four digits: correct the cell');
  return text;
}
