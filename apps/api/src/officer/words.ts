import type { AlertChange, AlertStatus, Bilingual, CapStatus, Disposition, Incident, Instant } from '@vong-gac/domain';

const VIETNAM_OFFSET_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;

/** What is not real, in words that cannot be missed; `mark` is how headlines begin (contract of alerts). */
export const NOT_REAL: Readonly<Record<Exclude<CapStatus, 'Actual'>, Bilingual & { short: string; mark: string }>> = {
  Exercise: { short: 'DIỄN TẬP', mark: '[DIỄN TẬP] ', vi: 'Tình huống tập dượt, không có thật', en: 'Exercise: this is a drill' },
  Test: { short: 'TIN THỬ', mark: '[THỬ] ', vi: 'Thử hệ thống, không cần đến hiện trường', en: 'Test: no response needed' },
};

export const STATUS_NAMES: Readonly<Record<AlertStatus, Bilingual>> = {
  pending: { vi: 'Chưa ai nhận', en: 'Nobody has acknowledged' },
  delivered: { vi: 'Chưa ai nhận', en: 'Nobody has acknowledged' },
  acknowledged: { vi: 'Đã nhận', en: 'Acknowledged' },
  'en-route': { vi: 'Đang đến', en: 'En route' },
  'on-scene': { vi: 'Đã đến nơi', en: 'On scene' },
  closed: { vi: 'Đã kết thúc', en: 'Closed' },
  cancelled: { vi: 'Đã huỷ', en: 'Cancelled' },
};

export const CHANGE_NAMES: Readonly<Record<AlertChange, Bilingual>> = {
  raised: { vi: 'báo động', en: 'raised' },
  updated: { vi: 'cập nhật tin', en: 'updated' },
  escalated: { vi: 'chuyển cấp trên', en: 'escalated' },
  acknowledged: { vi: 'đã nhận', en: 'acknowledged' },
  cancelled: { vi: 'huỷ', en: 'cancelled' },
  closed: { vi: 'kết thúc', en: 'closed' },
};

export const DISPOSITION_NAMES: Readonly<Record<Disposition, Bilingual>> = {
  founded: { vi: 'Có thật, đã xác minh', en: 'founded' },
  settled: { vi: 'Đã giải quyết tại chỗ', en: 'settled' },
  arrest: { vi: 'Đã bắt giữ', en: 'arrest' },
  referred: { vi: 'Chuyển đơn vị khác', en: 'referred' },
  'gone-on-arrival': { vi: 'Đến nơi không còn ai', en: 'gone on arrival' },
  'false-alarm': { vi: 'Báo nhầm', en: 'false alarm' },
  unfounded: { vi: 'Không có cơ sở', en: 'unfounded' },
  cancelled: { vi: 'Cơ sở báo huỷ', en: 'cancelled' },
};

export const VERIFICATION_NAMES: readonly Bilingual[] = [
  { vi: 'Chưa kiểm chứng', en: 'not verified' },
  { vi: 'Kiểm chứng hạn chế', en: 'limited verification' },
  { vi: 'Đã thấy có người', en: 'human presence seen' },
  { vi: 'Đe doạ tài sản', en: 'threat to property' },
  { vi: 'Đe doạ tính mạng', en: 'threat to life' },
];

/** Everything said of people, weapons and verification; null fields were not said. Empty: nothing was. */
export function whatIsKnown({ injured, involved, weapon, verification }: Pick<Incident, 'injured' | 'involved' | 'weapon' | 'verification'>): string {
  const parts = [
    injured === null ? null : injured > 0 ? `${count(injured)} người bị thương` : 'không ai bị thương',
    weapon === null ? null : weapon ? 'có hung khí' : 'không có hung khí',
    involved === null ? null : `${count(involved)} người liên quan`,
    verification === null ? null : (VERIFICATION_NAMES[verification]?.vi.toLowerCase() ?? null),
  ].filter((part) => part !== null);
  const text = parts.join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Whom else to call, by group of category: fire and rescue go to 114 first. */
export const EMERGENCY_NUMBERS: Readonly<Record<string, string>> = { fire: '114', rescue: '114', health: '115' };

/** `20:02`, Vietnam time. */
export function clock(at: Instant): string {
  return local(at).slice(11, 16);
}

/** `20:02 hôm nay`, `20:02 hôm qua`, `20:02 ngày 14/02/2026`. */
export function when(at: Instant, now: Instant): string {
  const day = local(at).slice(0, 10);
  if (day === local(now).slice(0, 10)) return `${clock(at)} hôm nay`;
  if (day === local(now - DAY_MS).slice(0, 10)) return `${clock(at)} hôm qua`;
  return `${clock(at)} ngày ${day.split('-').reverse().join('/')}`;
}

/** `1.205`: Vietnamese writes a dot between thousands. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, '.');
}

/** `2:41`, `1:02:05`; never negative. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

function local(at: Instant): string {
  return new Date(at + VIETNAM_OFFSET_MS).toISOString();
}
