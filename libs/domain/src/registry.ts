import type { Instant } from './incident';

/** Calendar day in Việt Nam (UTC+7, no daylight saving), `YYYY-MM-DD`. Validity intervals are [validFrom, validTo) in such days. */
export type LocalDate = string;

/** A half-open validity interval; null = open. */
export interface Validity {
  validFrom: LocalDate | null;
  validTo: LocalDate | null;
}

/** An administrative unit. Codes are re-used for other territory: the key is (code, validFrom). */
export interface AdminUnit extends Validity {
  code: string;
  name: string;
  /** `commune` (xã, phường, đặc khu), `district` (until 2025-02-28) or `province`. */
  level: 'commune' | 'district' | 'province';
  /** Code of the unit above, as of this unit's interval. */
  parentCode: string | null;
}

/** One unit (or part of it) became another on `on`. */
export interface UnitSuccession {
  fromCode: string;
  fromValidFrom: LocalDate | null;
  toCode: string;
  toValidFrom: LocalDate | null;
  on: LocalDate;
}

/** A police body (Công an cấp xã, Công an tỉnh). */
export interface PoliceBody extends Validity {
  id: string;
  name: string;
  unitCode: string;
  level: 'commune' | 'province';
  /** The body above, to which an unacknowledged alert escalates. */
  parentId: string | null;
  /** The bodies that this one succeeds. */
  successorOf: string[];
  phone: string | null;
}

export interface Site {
  id: string;
  name: string;
  kind: string;
  unitCode: string;
  /** The day as of which `unitCode` is to be read. */
  unitAsOf: LocalDate;
  lat: number;
  lon: number;
  /** People the whole site may hold. */
  capacity: number;
  phone: string | null;
}

export interface Zone {
  siteId: string;
  id: string;
  name: string;
  areaM2: number | null;
  capacity: number | null;
  /** Open water in or beside the zone. */
  water: boolean;
  /** Metres of all level exits together. */
  exitWidthM: number | null;
}

/** Days that a site itself announced as an event (a concert, a tournament). */
export interface SiteEventDays {
  siteId: string;
  /** The first and the last day, both included. */
  from: LocalDate;
  to: LocalDate;
  name: string;
}

export interface Publisher {
  source: string;
  /** Site ids, or `*` alone for all. */
  sites: string[];
}

/** Where a message about an alert goes. Kafka topics are receivers too (`body` null); they never count as delivered. */
export interface Receiver {
  id: string;
  bodyId: string | null;
  kind: 'webhook' | 'topic';
  /** URL of a webhook, or the topic's name. */
  url: string;
  takesTest: boolean;
  /** Answered 410, or switched off: gets nothing until a test-alert to it is answered 2xx. */
  disabled: boolean;
}

/** Everything known about places and people at one recorded instant. Loaded whole; replaced when `version` changes. */
export interface Registry {
  version: number;
  units: AdminUnit[];
  successions: UnitSuccession[];
  bodies: ReadonlyMap<string, PoliceBody>;
  sites: ReadonlyMap<string, Site>;
  /** Keyed by `zoneKey(siteId, zoneId)`. */
  zones: ReadonlyMap<string, Zone>;
  /** By site id. */
  siteEvents: ReadonlyMap<string, readonly SiteEventDays[]>;
  publishers: ReadonlyMap<string, Publisher>;
  receivers: Receiver[];
}

export function zoneKey(siteId: string, zoneId: string): string {
  return `${siteId}\u0000${zoneId}`;
}

/** Việt Nam is UTC+7 all year. */
export const VIETNAM_OFFSET_MS = 7 * 3_600_000;
const YEAR_0000_MS = Date.parse('0000-01-01T00:00:00Z');
const YEAR_9999_MS = Date.parse('9999-12-31T00:00:00Z');

const DAY_MS = 24 * 3_600_000;

/** The day told last: the events of a chunk mostly share theirs, and writing a date costs more than the rest of a jurisdiction. */
let lastDay: { number: number; date: LocalDate } = { number: 0, date: '1970-01-01' };

/** The calendar day in Việt Nam at an instant. Total: an instant outside the years 0000–9999 (or not a number) gives the nearest (or first) day. */
export function localDate(at: Instant): LocalDate {
  const local = at + VIETNAM_OFFSET_MS;
  if (local >= YEAR_9999_MS) return '9999-12-31';
  if (!(local >= YEAR_0000_MS)) return '0000-01-01';
  const number = Math.floor(local / DAY_MS);
  if (number !== lastDay.number) lastDay = { number, date: new Date(number * DAY_MS).toISOString().slice(0, 10) };
  return lastDay.date;
}

/** Whether two half-open intervals share a day. */
export function overlaps(a: Validity, b: Validity): boolean {
  return startsBeforeEnd(a, b) && startsBeforeEnd(b, a);
}

function startsBeforeEnd(a: Validity, b: Validity): boolean {
  return a.validFrom === null || b.validTo === null || a.validFrom < b.validTo;
}

/** Whether a day lies in a half-open interval. */
export function isValidOn(interval: Validity, day: LocalDate): boolean {
  return (interval.validFrom === null || interval.validFrom <= day) && (interval.validTo === null || day < interval.validTo);
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A day that exists, written YYYY-MM-DD. */
export function isDay(day: string): boolean {
  const at = DAY.test(day) ? Date.parse(`${day}T00:00:00Z`) : NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}
