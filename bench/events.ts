import { hash } from 'node:crypto';

export const SITE = 'dai-lai';
export const SOURCE = '/sites/dai-lai/security';

/** Categories of a peak day that alert nobody by themselves. */
const QUIET = ['security.theft', 'security.lost-property', 'order.drunkenness', 'order.disturbance', 'traffic.congestion', 'other.other'];
const ZONES = ['beach', 'pool', 'stage', 'gate', null];
const TEXTS = [
  'Khách báo mất túi xách cạnh sân khấu trong lúc xem biểu diễn, bên trong có điện thoại và giấy tờ; bảo vệ đang xem lại camera.',
  'Nhóm thanh niên uống rượu ồn ào ở khu vực bãi tắm, bảo vệ đã nhắc nhở hai lần và đang theo dõi thêm, chưa có xô xát.',
  'Xe đưa đón xếp hàng dài trước cổng chính, khách phải đi bộ từ bãi đỗ; đề nghị lực lượng hỗ trợ phân luồng trong giờ cao điểm.',
];

/** Numbers that look random and are the same for the same seed. */
function noise(seed: number): string {
  return hash('sha1', String(seed), 'hex');
}

export interface EventOptions {
  /** When event 0 occurred, milliseconds. */
  startAt: number;
  /** Between one event and the next. */
  stepMs: number;
  /** One in so many events is a lost child, which alerts: each is a happening of its own. */
  alertEvery: number;
  /** Makes the ids of a run its own. */
  run: string;
}

/** Times of events that wait: the last occurred an hour ago. None lies ahead of the clock, where each would be a defect with a receipt. */
export const waiting = (events: number, stepMs: number): Pick<EventOptions, 'startAt' | 'stepMs'> => ({ startAt: Date.now() - 3_600_000 - events * stepMs, stepMs });

/** Event number `i` as a structured CloudEvent of about 700 bytes; every id is used once. */
export function eventOf(i: number, { startAt, stepMs, alertEvery, run }: EventOptions): string {
  const digits = noise(i);
  const at = new Date(startAt + i * stepMs).toISOString();
  const alerts = i % alertEvery === alertEvery - 1;
  return JSON.stringify({
    specversion: '1.0',
    id: `${run}-${digits.slice(0, 16)}-${i}`,
    source: SOURCE,
    type: 'vn.vonggac.incident.reported.v1',
    time: at,
    datacontenttype: 'application/json',
    data: {
      siteId: SITE,
      category: alerts ? 'rescue.lost-child' : QUIET[i % QUIET.length],
      occurredAt: at,
      status: 'Actual',
      severity: alerts ? 'Severe' : 'Minor',
      urgency: 'Expected',
      certainty: 'Observed',
      verification: alerts ? 2 : 1,
      zone: ZONES[i % ZONES.length],
      location: { lat: 21.33 + (i % 1000) / 1e5, lon: 105.715 },
      description: TEXTS[i % TEXTS.length],
      involved: i % 4,
      weapon: false,
      evidence: [{ ref: `cam-${i % 40}/${at}`, sha256: noise(i + 1).padEnd(64, '0'), mediaType: 'video/mp4' }],
    },
  });
}
