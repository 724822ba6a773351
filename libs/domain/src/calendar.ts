import type { Instant } from './incident';
import { localDate, VIETNAM_OFFSET_MS, type LocalDate, type SiteEventDays } from './registry';
import type { DayClass } from './risk';

/**
 * What kind of day it is in Việt Nam. Public holidays by the Labour Code (2019, Art. 112; before it 2012, Art. 115): 1 January, Tết (five days
 * from Giao thừa, the eve), Giỗ Tổ Hùng Vương (10th day of the 3rd lunar month), 30 April, 1 May, Quốc khánh; and 24 November, Ngày Văn hóa Việt Nam,
 * by the National Assembly's Resolution 28/2026/QH16, in force since 1 July 2026. Days in lieu of a weekend and what a province adds are not known
 * here; a site says by its own event days when it expects a crowd. Days of other years than 2008 to 2045 are weekdays or weekends. (Until 2012 Tết had four days by law.)
 */

const FIRST_YEAR = 2008;

/** Giao thừa and Giỗ Tổ (month-day) of each year from 2008 to 2045; the spec holds them equal to the package `date-holidays`. */
const LUNAR_DAYS: readonly (readonly [eve: string, kings: string])[] = [
  ['02-06', '04-15'], ['01-25', '04-04'], ['02-13', '04-23'], ['02-02', '04-12'], ['01-22', '03-31'], ['02-09', '04-19'],
  ['01-30', '04-09'], ['02-18', '04-28'], ['02-07', '04-16'], ['01-27', '04-06'], ['02-15', '04-25'], ['02-04', '04-14'],
  ['01-24', '04-02'], ['02-11', '04-21'], ['01-31', '04-10'], ['01-21', '04-29'], ['02-09', '04-18'], ['01-28', '04-07'],
  ['02-16', '04-26'], ['02-05', '04-16'], ['01-25', '04-04'], ['02-12', '04-23'], ['02-01', '04-12'], ['01-22', '04-01'],
  ['02-10', '04-19'], ['01-30', '04-09'], ['02-18', '04-28'], ['02-07', '04-17'], ['01-27', '04-06'], ['02-14', '04-24'],
  ['02-03', '04-13'], ['01-23', '04-03'], ['02-11', '04-20'], ['01-31', '04-10'], ['01-21', '04-29'], ['02-09', '04-19'],
  ['01-29', '04-07'], ['02-16', '04-26'],
];

/**
 * The second day of Quốc khánh, by law since 2021: the day before or after, as the government decides each year. Where it has not yet: the day before.
 * Sources: 2021 VietnamNet 685183 (off from 2 to 5 September), 2022 a company's notice (scon.com.vn), 2024 a broadcaster (btv.org.vn, 95086),
 * 2026 Thanh Niên of 2025-10-13; for 2023 and 2025 none was found.
 */
const NATIONAL_DAY_SECOND: ReadonlyMap<number, string> = new Map([[2021, '09-03'], [2022, '09-01'], [2023, '09-01'], [2024, '09-03'], [2025, '09-01'], [2026, '09-01']]);
const NATIONAL_DAY_TWO_SINCE = 2021;
const CULTURE_DAY_SINCE = 2026;
const TET_DAYS = 5;
const DAY_MS = 86_400_000;

function dayAfter(day: LocalDate, days: number): LocalDate {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

const SPECIAL_DAYS: ReadonlyMap<LocalDate, 'tet' | 'holiday'> = new Map(LUNAR_DAYS.flatMap(([eve, kings], i) => specialDays(FIRST_YEAR + i, eve, kings)));

function specialDays(year: number, eve: string, kings: string): [LocalDate, 'tet' | 'holiday'][] {
  const second = year < NATIONAL_DAY_TWO_SINCE ? [] : [NATIONAL_DAY_SECOND.get(year) ?? '09-01'];
  const culture = year < CULTURE_DAY_SINCE ? [] : ['11-24'];
  const holidays = ['01-01', kings, '04-30', '05-01', '09-02', ...second, ...culture].map((day): [LocalDate, 'holiday'] => [`${year}-${day}`, 'holiday']);
  return [...holidays, ...Array.from({ length: TET_DAYS }, (_, i): [LocalDate, 'tet'] => [dayAfter(`${year}-${eve}`, i), 'tet'])];
}

/** The class of the day at an instant; the site's own event days come first, then Tết, then other holidays. Total. */
export function dayClassOf(at: Instant, events: readonly SiteEventDays[] | undefined): DayClass {
  const day = localDate(at);
  if (events?.some((event) => event.from <= day && day <= event.to) === true) return 'event';
  const special = SPECIAL_DAYS.get(day);
  if (special !== undefined) return special;
  // 1970-01-01 was a Thursday. Saturday and Sunday are the weekend.
  const weekday = (((Math.floor((at + VIETNAM_OFFSET_MS) / DAY_MS) + 4) % 7) + 7) % 7;
  return weekday === 0 || weekday === 6 ? 'weekend' : 'weekday';
}

/** The hour of day in Việt Nam, 0–23. */
export function localHourOf(at: Instant): number {
  const msOfDay = (((at + VIETNAM_OFFSET_MS) % DAY_MS) + DAY_MS) % DAY_MS;
  return Math.floor(msOfDay / 3_600_000);
}
