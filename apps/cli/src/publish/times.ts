import { DateTime, IANAZone } from 'luxon';

/** Days between 1899-12-30 (day 0 of Excel's serial days, with its false 29 February 1900) and 1970-01-01. */
const EXCEL_EPOCH_DAYS = 25_569;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Why a time could not be read; a sentence with its remedy. */
export class TimeProblem extends Error {}

/**
 * Reads a cell's time by the first format that fits. A text with no offset of its own is wall time in `zone`; of an hour that the clock shows twice, the first
 * counts (as in Python, Java and Temporal).
 * @returns RFC 3339 in UTC, so that two exports of the same event in two zones say the same
 * @throws TimeProblem when no format fits, or when that wall time never was (the hour that summer time skips)
 */
export function readTime(text: string, formats: readonly string[], zone: string): string {
  for (const format of formats) {
    const plain = parse(text, format);
    if (!plain.isValid) continue;
    return toText(hasOffset(text, format) ? plain.toMillis() : instantOf(plain, zone, text));
  }
  throw new TimeProblem(`'${text.slice(0, 60)}' is not a time of the form ${formats.join(' or ')}: correct the cell, or add its form to the field's format`);
}

/** The text read as if it were UTC, where every wall time is once. */
function parse(text: string, format: string): DateTime {
  switch (format) {
    case 'iso':
      return DateTime.fromISO(text, { zone: 'utc' });
    case 'epoch-seconds':
      return fromNumber(text, (value) => value * 1_000);
    case 'epoch-milliseconds':
      return fromNumber(text, (value) => value);
    case 'excel':
      return fromNumber(text, (days) => Math.round((days - EXCEL_EPOCH_DAYS) * DAY_MS));
    default:
      return DateTime.fromFormatParser(text, parserOf(format), { zone: 'utc' });
  }
}

function fromNumber(text: string, toMs: (value: number) => number): DateTime {
  return /^-?\d+(\.\d+)?$/.test(text) ? DateTime.fromMillis(toMs(Number(text)), { zone: 'utc' }) : DateTime.invalid('not a number');
}

const parsers = new Map<string, ReturnType<typeof DateTime.buildFormatParser>>();

/** Built once per format: that costs more than reading a cell. */
function parserOf(format: string): ReturnType<typeof DateTime.buildFormatParser> {
  const known = parsers.get(format) ?? DateTime.buildFormatParser(format);
  parsers.set(format, known);
  return known;
}

/** Does the text say its instant by itself? */
function hasOffset(text: string, format: string): boolean {
  if (format.startsWith('epoch')) return true;
  if (format === 'iso') return /T.*(Z|[+-]\d\d(:?\d\d)?)$/i.test(text);
  return format !== 'excel' && /z/i.test(format.replace(/'[^']*'/g, ''));
}

/** Milliseconds of a wall time, given as if it were UTC. */
function instantOf(wall: DateTime, zone: string, text: string): number {
  const ms = wall.toMillis();
  const steady = steadyOffset(zone, Math.floor(ms / DAY_MS));
  if (steady !== null) return ms - steady * MINUTE_MS;
  const clock = IANAZone.create(zone);
  // The clock is put forward or back about now: of the instants that it shows this time at, the first.
  const candidates = [clock.offset(ms - DAY_MS), clock.offset(ms + DAY_MS)].map((offset) => ms - offset * MINUTE_MS).sort((a, b) => a - b);
  const shown = candidates.find((at) => at + clock.offset(at) * MINUTE_MS === ms);
  if (shown === undefined) throw new TimeProblem(`'${text.slice(0, 60)}' never was in ${zone}: summer time skips that hour; correct the time, or the zone`);
  return shown;
}

const offsets = new Map<string, number | null>();
/** Days that are kept: a century, in three zones. */
const OFFSETS_KEPT = 110_000;

/** The zone's offset in minutes where it is the same from two days before to two days after; asking for it costs more than all the rest. */
function steadyOffset(zone: string, day: number): number | null {
  const key = `${zone} ${day}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const clock = IANAZone.create(zone);
  const [before, after] = [clock.offset((day - 1) * DAY_MS), clock.offset((day + 2) * DAY_MS)];
  const steady = before === after ? before : null;
  if (offsets.size >= OFFSETS_KEPT) offsets.clear();
  offsets.set(key, steady);
  return steady;
}

function toText(ms: number): string {
  const text = new Date(ms).toISOString();
  if (!/^\d{4}-/.test(text)) throw new TimeProblem('the year has more than four digits: correct the cell');
  return text.replace('.000Z', 'Z');
}
