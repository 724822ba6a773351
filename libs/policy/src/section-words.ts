import { CATALOGUE, CATEGORY_GROUPS, categoryNames, LEVEL_NAMES, POSTURE_NAMES, type Bilingual, type CrowdBand, type CrowdRules, type CrowdStep, type KinRule, type SurpriseRules } from '@vong-gac/domain';

/** The figures of crowds, situations and surprises in words, Vietnamese and English. */

type Language = keyof Bilingual;
const both = (say: (language: Language) => string): Bilingual => ({ vi: say('vi'), en: say('en') });

const number = (value: number, language: Language): string => (language === 'vi' ? String(value).replace('.', ',') : String(value));
const percent = (share: number, language: Language): string => `${number(Math.round(share * 1_000) / 10, language)} %`;

function duration(seconds: number, language: Language): string {
  const [value, vi, en] = seconds > 0 && seconds % 3_600 === 0 ? ([seconds / 3_600, 'giờ', 'h'] as const) : seconds > 0 && seconds % 60 === 0 ? ([seconds / 60, 'phút', 'min'] as const) : ([seconds, 'giây', 's'] as const);
  return `${value} ${language === 'vi' ? vi : en}`;
}

function steps(bands: readonly CrowdBand[], value: (from: number, language: Language) => string, language: Language): string {
  const [from, above] = language === 'vi' ? ['từ', 'trên'] : ['from', 'above'];
  return bands.map((band) => `${POSTURE_NAMES[band.step][language]} ${band.above === true ? above : from} ${value(band.from, language)}`).join('; ');
}

function told({ levels }: CrowdRules['alert'], language: Language): string {
  const entries = Object.entries(levels) as [CrowdStep, keyof typeof LEVEL_NAMES][];
  return entries.map(([step, level]) => `${POSTURE_NAMES[step][language]} → ${LEVEL_NAMES[level][language]}`).join('; ');
}

/** One sentence for each group of figures. */
export const CROWD_WORDS: { readonly [Group in keyof CrowdRules]: (figures: CrowdRules[Group]) => Bilingual } = {
  ratio: ({ bands }) => both((l) => `${l === 'vi' ? 'Số khách trên sức chứa' : 'Guests of the capacity'}: ${steps(bands, percent, l)}`),
  density: ({ bands }) => both((l) => `${l === 'vi' ? 'Số người trên mỗi m²' : 'People per m²'}: ${steps(bands, number, l)}`),
  inflow: ({ bands, peoplePerMetreAndMinute: flow }) => ({
    vi: `Số người vào so với số người có thể ra (${flow} người mỗi phút trên mỗi mét lối ra): ${steps(bands, (from, l) => `${number(from, l)} lần`, 'vi')}`,
    en: `People entering against people who can leave (${flow} a minute for each metre of exit): ${steps(bands, (from, l) => `${number(from, l)} times`, 'en')}`,
  }),
  hold: ({ hysteresis, seconds }) => ({
    vi: `Hạ mức khi mọi số đếm trong ${duration(seconds, 'vi')} đều thấp hơn ngưỡng quá ${percent(hysteresis, 'vi')}`,
    en: `A step is left when every count of ${duration(seconds, 'en')} lay more than ${percent(hysteresis, 'en')} below its threshold`,
  }),
  fresh: ({ seconds }) => ({ vi: `Số đếm cũ hơn ${duration(seconds, 'vi')} không nói lên hiện tại`, en: `A count older than ${duration(seconds, 'en')} says nothing of the present` }),
  alert: (alert) => ({
    vi: `Báo công an: ${told(alert, 'vi')}; báo lại khi đông thêm ${percent(alert.againShare, 'vi')} sức chứa hoặc ${number(alert.againDensity, 'vi')} người/m²`,
    en: `The police are told: ${told(alert, 'en')}; told again when it grows by ${percent(alert.againShare, 'en')} of the capacity or ${number(alert.againDensity, 'en')} people/m²`,
  }),
  jump: ({ share, people, sharePerMinute, agreeSeconds, mostRatio, mostDensity }) => ({
    vi: `Nhảy số: hơn ${percent(share, 'vi')} sức chứa (ít nhất ${people} người), cộng ${percent(sharePerMinute, 'vi')} mỗi phút; tin lại khi số đếm khác sau ${duration(agreeSeconds, 'vi')} trở lên khớp với nó; không bao giờ tin khi hơn ${number(mostRatio, 'vi')} lần sức chứa hoặc hơn ${number(mostDensity, 'vi')} người/m²`,
    en: `A jump: more than ${percent(share, 'en')} of the capacity (${people} people at least), and ${percent(sharePerMinute, 'en')} more for each minute; believed when another count, ${duration(agreeSeconds, 'en')} later or more, agrees; never where it is more than ${number(mostRatio, 'en')} times the capacity or ${number(mostDensity, 'en')} people/m²`,
  }),
  stall: ({ people, spread, seconds, readings, gapSeconds, fromHour, toHour, siteToHour, moves }) => ({
    vi: `Treo máy đếm: từ ${people} người trở lên, ${readings} số đếm trong ${duration(seconds, 'vi')} chỉ lệch trong ${percent(spread, 'vi')}, cách nhau không quá ${duration(gapSeconds, 'vi')}, từ ${fromHour} đến ${toHour} giờ (toàn khu: đến ${siteToHour} giờ); tin lại khi lệch ${percent(moves, 'vi')}`,
    en: `Stuck: ${people} people or more, ${readings} counts of ${duration(seconds, 'en')} within ${percent(spread, 'en')}, none more than ${duration(gapSeconds, 'en')} after the last, between ${fromHour} and ${toHour} o'clock (a whole site: until ${siteToHour}); believed when it moves by ${percent(moves, 'en')}`,
  }),
  night: ({ dayBegins, gapSeconds, people, reset, kept, nights, givesUp, remembered }) => ({
    vi: `Chưa đặt lại qua đêm: không có số đếm ${duration(gapSeconds, 'vi')} quanh ${dayBegins} giờ sáng, tối trước có ${people} người trở lên, sáng ra còn ${percent(kept, 'vi')} trở lên; còn ${percent(reset, 'vi')} trở xuống là đã đặt lại. Toàn khu, và nơi vẫn có số đếm suốt đêm, chỉ xét khi ${nights} trong ${remembered} đêm gần nhất đã về thấp; thôi xét sau ${givesUp} đêm liền không về`,
    en: `Not reset overnight: no count for ${duration(gapSeconds, 'en')} around ${dayBegins} in the morning, ${people} people or more in the evening, and ${percent(kept, 'en')} or more of them in the morning; ${percent(reset, 'en')} or fewer are a reset. Asked of a whole site, and of a place that is counted all night, only when ${nights} of the last ${remembered} nights were; no longer after ${givesUp} nights in a row were not`,
  }),
  drift: ({ share, people, windowTolerance }) => ({
    vi: `Lệch lượt vào ra: số đếm lệch hơn ${percent(share, 'vi')} và hơn ${people} người so với cộng trừ lượt vào ra, khi các khoảng đếm nối tiếp nhau (sai lệch ${percent(windowTolerance, 'vi')})`,
    en: `Contradicted at the doors: the count differs by more than ${percent(share, 'en')} and more than ${people} people from entries and exits, where their windows follow upon each other (within ${percent(windowTolerance, 'en')})`,
  }),
};

/** Which reports join, and when. */
export function kinWords({ categories, windowMinutes, spanMinutes, nearMetres }: KinRule): Bilingual {
  const apart = nearMetres === undefined ? { vi: '', en: '' } : { vi: `, và cách nhau không quá ${nearMetres} m`, en: `, and at most ${nearMetres} m away` };
  return {
    vi: `${names(categories, 'vi')}: cùng một vụ khi cách tin trước không quá ${windowMinutes} phút và cách tin đầu không quá ${spanMinutes} phút${apart.vi}`,
    en: `${names(categories, 'en')}: one happening when at most ${windowMinutes} min after the last report and ${spanMinutes} min after the first${apart.en}`,
  };
}

function names(categories: readonly string[], language: Language): string {
  return categories.map((name) => (CATALOGUE.has(name) ? categoryNames(name) : (CATEGORY_GROUPS.get(name)?.name ?? categoryNames(name)))[language]).join(', ');
}

export const SURPRISE_WORDS: { readonly [Group in keyof SurpriseRules]: (figures: SurpriseRules[Group]) => Bilingual } = {
  window: ({ hours, leastObserved }) => ({
    vi: `Đếm các vụ cùng loại trong ${hours} giờ; dưới ${leastObserved} vụ thì không coi là bất thường`,
    en: `Incidents of a category are counted in ${hours} h; fewer than ${leastObserved} are never a surprise`,
  }),
  poisson: ({ fromDays, classDays, addedCount, dayHours }) => ({
    vi: `Từ ngày thứ ${fromDays}: so với số vụ trên 1.000 khách của ngày cùng loại (cần ${classDays} ngày, nếu không thì mọi ngày), cộng thêm ${number(addedCount, 'vi')} vụ; số vụ mỗi ngày dồn vào ${dayHours} giờ`,
    en: `From ${fromDays} days on: against the rate per 1,000 guests of days of the same class (${classDays} of them, else all days), with ${number(addedCount, 'en')} incidents added; a day's incidents fall into ${dayHours} h`,
  }),
  ears: ({ days, gapDays, leastSpread }) => ({
    vi: `Trước đó: so cả ngày với trung bình ${days} ngày, bỏ ${gapDays} ngày liền trước; độ lệch chuẩn ít nhất ${number(leastSpread, 'vi')}`,
    en: `Until then: the day against the mean of ${days} days, the ${gapDays} days before it left out; a standard deviation of ${number(leastSpread, 'en')} at least`,
  }),
};
