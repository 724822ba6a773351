import { LEVEL_NAMES, type AlertChange, type Instant } from '@vong-gac/domain';
import { oneLine } from '../text';
import type { AlertData } from './delivery';

/** Việt Nam has one offset and no daylight saving. */
const VIETNAM_OFFSET_MS = 7 * 3_600_000;

const CHANGES: Readonly<Record<AlertChange, string>> = {
  raised: 'TIN BÁO MỚI',
  updated: 'CẬP NHẬT',
  escalated: 'CHUYỂN CẤP TRÊN',
  acknowledged: 'ĐÃ TIẾP NHẬN',
  cancelled: 'ĐÃ HỦY',
  closed: 'ĐÃ KẾT THÚC',
};

/** A later report made it graver. */
const RAISED_AGAIN = 'NÂNG MỨC';

function isRaisedAgain({ change, revision }: AlertData): boolean {
  return change === 'raised' && revision > 1;
}

const VERIFICATIONS = ['chưa kiểm chứng', 'kiểm chứng hạn chế', 'xác nhận có người', 'xác nhận đe dọa tài sản', 'xác nhận đe dọa tính mạng'] as const;

/** The alert as an officer reads it: what, how serious, where, when, why, how many guests, whom to call. Several lines, no end of line at the end. */
export function alertInVietnamese(data: AlertData): string {
  const waits = data.alertStatus === 'pending' || data.alertStatus === 'delivered';
  return [
    `${isRaisedAgain(data) ? RAISED_AGAIN : CHANGES[data.change]} · ${data.headline.vi}`,
    `Mức độ: ${LEVEL_NAMES[data.level].vi.toUpperCase()}${data.escalation > 0 ? ` (đã chuyển cấp trên, lần ${data.escalation})` : ''}`,
    `Nơi xảy ra: ${place(data)}`,
    `Lúc: ${localTime(Date.parse(data.incident.occurredAt))}${reported(data)}`,
    facts(data),
    data.incident.description === null ? null : `Nội dung: ${data.incident.description}`,
    reasons(data),
    `Số khách: ${guests(data)}`,
    `Liên hệ: ${data.site.name}${data.site.phone === null ? ' (chưa có số điện thoại)' : `, điện thoại ${data.site.phone}`}`,
    !waits || data.acknowledgeBy === null ? null : `Cần tiếp nhận trước: ${localTime(Date.parse(data.acknowledgeBy))}`,
    `${waits ? 'Tiếp nhận' : 'Xem'} tại: ${data.link}`,
  ]
    .filter((line) => line !== null)
    .map(oneLine)
    .join('\n');
}

function place({ site, zone }: AlertData): string {
  const where = zone === null ? site.name : `${zone.name}, ${site.name}`;
  return `${where} (${site.lat.toFixed(5)}, ${site.lon.toFixed(5)})`;
}

function reported({ incident }: AlertData): string {
  return incident.reportedAt === null ? '' : `, báo lúc ${localTime(Date.parse(incident.reportedAt))}`;
}

function facts({ incident }: AlertData): string | null {
  const said = [
    incident.injured === null ? null : incident.injured === 0 ? 'không có người bị thương' : `${number(incident.injured)} người bị thương`,
    incident.involved === null ? null : `${number(incident.involved)} người liên quan`,
    incident.weapon === null ? null : incident.weapon ? 'CÓ HUNG KHÍ' : 'không có hung khí',
    incident.verification === null ? null : (VERIFICATIONS[incident.verification] ?? null),
  ].filter((fact) => fact !== null);
  return said.length === 0 ? null : `Tình hình: ${said.join(', ')}`;
}

function reasons({ reasons: list }: AlertData): string | null {
  return list.length === 0 ? null : `Vì sao: ${list.map(({ text }) => text.vi).join('; ')}`;
}

function guests({ occupancy }: AlertData): string {
  if (occupancy === null) return 'chưa có số liệu';
  const { count, capacity, measuredAt } = occupancy;
  const share = capacity === null || capacity <= 0 ? '' : ` trên sức chứa ${number(capacity)} (${Math.floor((100 * count) / capacity)} %)`;
  return `${number(count)}${share}, đếm lúc ${localTime(Date.parse(measuredAt))}`;
}

/** `5.312`: Vietnamese writes a dot between thousands. */
function number(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, '.');
}

/** `21:30 ngày 14/02/2026`, time of Việt Nam. */
function localTime(at: Instant): string {
  const [date = '', time = ''] = new Date(at + VIETNAM_OFFSET_MS).toISOString().split('T');
  return `${time.slice(0, 5)} ngày ${date.split('-').reverse().join('/')}`;
}
