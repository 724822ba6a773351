import type { Bilingual, Instant } from '../incident';
import { localDate, VIETNAM_OFFSET_MS } from '../registry';
import type { Reason } from '../risk';
import type { CrowdPosture } from './crowd';

/** Texts about crowds. The keys `en`, `vi` stand in this order for canonicalJson. Vietnamese groups digits by points and has a decimal comma. */

export const POSTURE_NAMES: Readonly<Record<CrowdPosture, Bilingual>> = {
  normal: { en: 'normal', vi: 'bình thường' },
  watch: { en: 'watch', vi: 'cần theo dõi' },
  high: { en: 'crowded', vi: 'đông' },
  'stop-inflow': { en: 'stop letting people in', vi: 'cần ngừng đón thêm khách' },
  breach: { en: 'over the limit', vi: 'vượt ngưỡng an toàn' },
  unknown: { en: 'not known', vi: 'chưa rõ' },
};

/** An alert about a crowd that went down again. */
export const WENT_DOWN: Bilingual = { en: 'The crowd went down', vi: 'Lượng khách đã giảm' };

/** An alert about a crowd within the capacity. @param entering the people entering brought it, not those present */
export function belowCapacity(step: CrowdPosture, entering: boolean): Bilingual {
  const { en: nameEn, vi: nameVi } = POSTURE_NAMES[step];
  return { en: `${entering ? 'Many people entering' : 'Nearly full'}, ${nameEn}`, vi: `${entering ? 'Khách vào dồn dập' : 'Gần hết sức chứa'}, ${nameVi}` };
}

export interface Numbers {
  zone: string;
  people: number;
}

export function ratioReason({ zone, people }: Numbers, capacity: number, step: CrowdPosture): Reason {
  const percent = Math.floor((people / capacity) * 100);
  const barely = percent === 100 && people > capacity;
  return {
    rule: 'crowd-ratio',
    text: {
      en: `${placeEn(zone)} holds ${en(people)} guests of ${en(capacity)} (${barely ? 'over ' : ''}${en(percent)} %): ${POSTURE_NAMES[step].en}`,
      vi: `${placeVi(zone)} có ${vi(people)} khách trên sức chứa ${vi(capacity)} (${barely ? 'hơn ' : ''}${vi(percent)} %): ${POSTURE_NAMES[step].vi}`,
    },
  };
}

export function densityReason({ zone, people }: Numbers, areaM2: number, step: CrowdPosture): Reason {
  const tenths = Math.floor((people / areaM2) * 10);
  const [whole, tenth] = [Math.floor(tenths / 10), tenths % 10];
  return {
    rule: 'crowd-density',
    text: {
      en: `${placeEn(zone)} holds ${en(people)} guests on ${en(areaM2)} m², ${en(whole)}.${tenth} people/m²: ${POSTURE_NAMES[step].en}`,
      vi: `${placeVi(zone)} có ${vi(people)} khách trên ${vi(areaM2)} m², mật độ ${vi(whole)},${tenth} người/m²: ${POSTURE_NAMES[step].vi}`,
    },
  };
}

export function inflowReason(perMinute: number, exitFlow: number, step: CrowdPosture): Reason {
  const [enter, leave] = [Math.floor(perMinute), Math.floor(exitFlow)];
  return {
    rule: 'crowd-inflow',
    text: {
      en: `${en(enter)} people a minute enter, ${en(leave)} a minute could leave: ${POSTURE_NAMES[step].en}`,
      vi: `Mỗi phút có ${vi(enter)} người vào, lối ra chỉ thoát được ${vi(leave)} người: ${POSTURE_NAMES[step].vi}`,
    },
  };
}

export const MEASURES_UNKNOWN: Reason = {
  rule: 'crowd-measures-unknown',
  text: { en: 'No capacity or area is recorded to compare the count with', vi: 'Chưa ghi sức chứa hay diện tích để so với số khách' },
};

export const COUNT_UNKNOWN: Reason = {
  rule: 'crowd-unknown',
  text: { en: 'How many people are present is not known; it does not count as empty', vi: 'Chưa rõ số người có mặt; không coi là vắng khách' },
};

export function staleReason(at: Instant): Reason {
  return {
    rule: 'crowd-stale',
    text: {
      en: `The last count is of ${clock(at)} on ${localDate(at)}: too old to speak of now`,
      vi: `Số đếm gần nhất lúc ${clock(at)} ngày ${localDate(at).split('-').reverse().join('/')}: quá cũ để nói về hiện tại`,
    },
  };
}

export function holdReason(step: CrowdPosture, since: Instant, seconds: number): Reason {
  const minutes = Math.round(seconds / 60);
  return {
    rule: 'crowd-hold',
    text: {
      en: `Fewer people since ${clock(since)}; "${POSTURE_NAMES[step].en}" is kept until it has been so for ${en(minutes)} min`,
      vi: `Số khách giảm từ ${clock(since)}; giữ mức “${POSTURE_NAMES[step].vi}” cho tới khi đã giảm đủ ${vi(minutes)} phút`,
    },
  };
}

export function jumpText(before: number, after: number, seconds: number, most: number): Bilingual {
  const minutes = Math.max(1, Math.round(seconds / 60));
  return {
    en: `The count jumped from ${en(before)} to ${en(after)} in ${en(minutes)} min, at most ${en(Math.floor(most))} could come or go: not believed until a second count agrees`,
    vi: `Số đếm nhảy từ ${vi(before)} sang ${vi(after)} trong ${vi(minutes)} phút, nhiều nhất chỉ ${vi(Math.floor(most))} người kịp vào hoặc ra: chưa tin cho tới khi có số đếm thứ hai khớp`,
  };
}

export function emptiedText(before: number, after: number, seconds: number): Bilingual {
  const minutes = Math.max(1, Math.round(seconds / 60));
  return {
    en: `The count fell from ${en(before)} to ${en(after)} in ${en(minutes)} min, and no count shows people leaving: not believed until people are counted again, the doors agree, or the night is over`,
    vi: `Số đếm tụt từ ${vi(before)} xuống ${vi(after)} trong ${vi(minutes)} phút, không có số đếm nào cho thấy khách ra về: chưa tin cho tới khi đếm lại được khách, lượt ra vào khớp, hoặc qua đêm`,
  };
}

export function beyondText(people: number, most: number): Bilingual {
  return {
    en: `The count says ${en(people)}, the place can never hold more than ${en(Math.floor(most))}: not believed`,
    vi: `Số đếm là ${vi(people)}, trong khi nơi này không thể chứa quá ${vi(Math.floor(most))} người: không tin`,
  };
}

export function stalledText(low: number, high: number, since: Instant, at: Instant): Bilingual {
  return {
    en: `The count has hardly moved since ${clock(since)}, ${en(low)} to ${en(high)} until ${clock(at)}: the counter may be stuck`,
    vi: `Số đếm gần như đứng yên từ ${clock(since)}, ${vi(low)} đến ${vi(high)} cho tới ${clock(at)}: thiết bị đếm có thể bị treo`,
  };
}

export function notResetText(evening: { at: Instant; people: number }, morning: { at: Instant; people: number }): Bilingual {
  return {
    en: `The count did not go down overnight: ${en(evening.people)} at ${clock(evening.at)}, ${en(morning.people)} at ${clock(morning.at)}: the counter was not reset`,
    vi: `Số đếm không giảm qua đêm: ${vi(evening.people)} lúc ${clock(evening.at)}, ${vi(morning.people)} lúc ${clock(morning.at)}: thiết bị đếm chưa được đặt lại`,
  };
}

export function driftText(people: number, byDoors: number): Bilingual {
  return {
    en: `The count says ${en(people)}, entries and exits add up to ${en(byDoors)}: they differ by ${en(Math.abs(people - byDoors))}`,
    vi: `Số đếm là ${vi(people)}, cộng trừ lượt vào và ra được ${vi(byDoors)}: lệch ${vi(Math.abs(people - byDoors))}`,
  };
}

/** One to three sentences: what holds now, why, what is not believed. */
export function explainCrowd(posture: CrowdPosture, reasons: readonly Reason[], doubts: readonly { text: Bilingual }[], believedAgain: boolean): Bilingual {
  const name = POSTURE_NAMES[posture];
  const told = [...doubts.map(({ text }) => text), ...reasons.map(({ text }) => text)].slice(0, 2);
  const again = believedAgain ? { en: ' The count is believed again.', vi: ' Số đếm đã tin được trở lại.' } : { en: '', vi: '' };
  return {
    en: `The crowd: ${name.en}.${again.en}${told.map((text) => ` ${text.en}.`).join('')}`,
    vi: `Tình trạng đám đông: ${name.vi}.${again.vi}${told.map((text) => ` ${text.vi}.`).join('')}`,
  };
}

const placeVi = (zone: string): string => (zone === '' ? 'Toàn khu' : 'Khu vực này');
const placeEn = (zone: string): string => (zone === '' ? 'The whole site' : 'The zone');
const en = (value: number): string => grouped(value, ',');
const vi = (value: number): string => grouped(value, '.');

/** The same on every machine, whatever locales it has. */
function grouped(value: number, separator: string): string {
  const plain = String(Math.round(value));
  return /^-?\d{4,15}$/.test(plain) ? plain.replace(/\B(?=(\d{3})+$)/g, separator) : plain;
}

const DAY_MS = 86_400_000;
const two = (value: number): string => String(value).padStart(2, '0');

/** `21:40`, time of Việt Nam. Total: any number gives a time of day. */
function clock(at: Instant): string {
  const ms = (((at + VIETNAM_OFFSET_MS) % DAY_MS) + DAY_MS) % DAY_MS;
  const minutes = Number.isFinite(ms) ? Math.floor(ms / 60_000) : 0;
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
