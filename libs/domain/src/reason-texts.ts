import { categoryOf } from './categories';
import type { Bilingual, Defect, Incident } from './incident';
import type { Band } from './policy';
import type { OccupancyUsed } from './risk';

/**
 * Texts of reasons that carry a figure or a word of the event. Vietnamese groups digits by points and has a decimal comma.
 * The keys `en`, `vi` stand in this order for canonicalJson, which then need not sort them.
 */

/** Longest piece of a publisher's own text that a reason quotes, in UTF-16 units. */
const QUOTE_LENGTH_MAX = 100;
/** Most defects that a reason names; the rest are counted. */
const DEFECTS_NAMED_MAX = 3;

export function occupancyText(occupancy: OccupancyUsed, capacity: number, band: Band): Bilingual {
  const { count } = occupancy;
  const percent = Math.floor((count / capacity) * 100);
  return {
    en: `${placeEn(occupancy)} holds ${digits(count, ',')} guests of ${digits(capacity, ',')} (${digits(percent, ',')} %): ${band.name.en}`,
    vi: `${placeVi(occupancy)} có ${digits(count, '.')} khách trên sức chứa ${digits(capacity, '.')} (${digits(percent, '.')} %): ${band.name.vi}`,
  };
}

export function densityText(occupancy: OccupancyUsed, areaM2: number, band: Band): Bilingual {
  const tenths = Math.floor((occupancy.count / areaM2) * 10);
  const whole = Math.floor(tenths / 10);
  const tenth = tenths % 10;
  return {
    en: `${placeEn(occupancy)} holds ${digits(occupancy.count, ',')} guests, ${digits(whole, ',')}.${tenth} people/m²: ${band.name.en}`,
    vi: `${placeVi(occupancy)} có ${digits(occupancy.count, '.')} khách, mật độ ${digits(whole, '.')},${tenth} người/m²: ${band.name.vi}`,
  };
}

const placeVi = (occupancy: OccupancyUsed): string => (occupancy.zone === null ? 'Toàn khu' : 'Khu vực này');
const placeEn = (occupancy: OccupancyUsed): string => (occupancy.zone === null ? 'The whole site' : 'The zone');

export function injuredText(count: number, band: Band): Bilingual {
  return { en: `${digits(count, ',')} injured: ${band.name.en}`, vi: `${digits(count, '.')} người bị thương: ${band.name.vi}` };
}

export function involvedText(count: number, band: Band): Bilingual {
  return { en: `${digits(count, ',')} people involved: ${band.name.en}`, vi: `${digits(count, '.')} người liên quan: ${band.name.vi}` };
}

const NOT_SAID: Bilingual = { en: 'The publisher does not know what kind of incident it is', vi: 'Bên gửi không rõ loại vụ việc' };

export function unknownCategoryText(incident: Incident): Bilingual {
  if (categoryOf(incident.categoryAsSent).known) return NOT_SAID;
  const word = quoted(incident.categoryAsSent);
  return {
    en: `The category ${word} is not in the catalogue; graded as the worst that it may be`,
    vi: `Loại ${word} không có trong danh mục; tính theo mức cao nhất có thể`,
  };
}

export function unknownZoneText(zone: string): Bilingual {
  return { en: `The zone ${quoted(zone)} is not registered for the site`, vi: `Khu vực ${quoted(zone)} không có trong sổ đăng ký của cơ sở` };
}

export function defectsText(defects: readonly Defect[]): Bilingual {
  const named = defects.slice(0, DEFECTS_NAMED_MAX).map((defect) => cut(defect.path));
  const rest = defects.length - named.length;
  const more = rest === 0 ? '' : ` (+${rest})`;
  return {
    en: `${defects.length} wrong ${defects.length === 1 ? 'detail was' : 'details were'} set aside: ${named.join(', ')}${more}`,
    vi: `${defects.length} chi tiết sai đã được gác lại: ${named.join(', ')}${more}`,
  };
}

const quoted = (text: string): string => `“${cut(text)}”`;

/** Cut between characters, never inside a surrogate pair. */
function cut(text: string): string {
  if (text.length <= QUOTE_LENGTH_MAX) return text;
  const last = text.charCodeAt(QUOTE_LENGTH_MAX - 1);
  const insidePair = last >= 0xd800 && last <= 0xdbff;
  return `${text.slice(0, insidePair ? QUOTE_LENGTH_MAX - 1 : QUOTE_LENGTH_MAX)}…`;
}

/** A count with its thousands grouped: the same on every machine, whatever locales it has. */
function digits(value: number, separator: string): string {
  const plain = String(value);
  return /^\d{4,15}$/.test(plain) ? plain.replace(/\B(?=(\d{3})+$)/g, separator) : plain;
}
