import { categoryOf } from './categories';
import type { Bilingual, Defect, Incident } from './incident';

/** Texts of the reasons that every policy gives: what is in doubt. The keys `en`, `vi` stand in this order for canonicalJson, which then need not sort them. */

/** Longest piece of a publisher's own text that a reason quotes, in UTF-16 units. */
const QUOTE_LENGTH_MAX = 100;
/** Most defects that a reason names; the rest are counted. */
const DEFECTS_NAMED_MAX = 3;
const RULES_NAMED_MAX = 3;

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
    vi: `${defects.length} chi tiết sai không được sử dụng: ${named.join(', ')}${more}`,
  };
}

export function ruleFailedText(ids: readonly string[]): Bilingual {
  const named = ids.slice(0, RULES_NAMED_MAX).join(', ');
  const more = ids.length > RULES_NAMED_MAX ? ` (+${ids.length - RULES_NAMED_MAX})` : '';
  return { en: `Rules that could not be computed were left out: ${named}${more}`, vi: `Quy tắc không tính được, đã bỏ qua: ${named}${more}` };
}

const quoted = (text: string): string => `“${cut(text)}”`;

/** Cut between characters, never inside a surrogate pair. */
function cut(text: string): string {
  if (text.length <= QUOTE_LENGTH_MAX) return text;
  const last = text.charCodeAt(QUOTE_LENGTH_MAX - 1);
  const insidePair = last >= 0xd800 && last <= 0xdbff;
  return `${text.slice(0, insidePair ? QUOTE_LENGTH_MAX - 1 : QUOTE_LENGTH_MAX)}…`;
}
