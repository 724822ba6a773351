import type { AlertState } from './alert';
import { assess } from './assess';
import type { Incident, Instant } from './incident';
import { observe } from './occupancy';
import { zoneKey, type AdminUnit, type PoliceBody, type Receiver, type Registry, type Site, type UnitSuccession, type Zone } from './registry';
import type { RiskAssessment, RiskContext } from './risk';
import { SAMPLE_POLICY } from './sample-policy.spec-support';
import type { VisitorVolume } from './visitor-volume';

/** The registry, events and instants that the specs of the domain tell their stories with: the lake at Đại Lải and its changes of 2025. */

/** An instant from Việt Nam's wall clock: `at('2025-07-19 20:00')`. */
export function at(local: string): Instant {
  return Date.parse(`${local.replace(' ', 'T')}:00+07:00`);
}

const unit = (code: string, name: string, level: AdminUnit['level'], parentCode: string | null, validFrom: string | null, validTo: string | null): AdminUnit => ({
  code, name, level, parentCode, validFrom, validTo,
});

/** Four old communes became one ward on 2025-07-01, which took over the code and the name of one of them. Districts ended 2025-03-01. */
const OLD_COMMUNES: readonly (readonly [code: string, name: string])[] = [
  ['08746', 'Phường Xuân Hòa'], ['08747', 'Phường Đồng Xuân'], ['08749', 'Xã Ngọc Thanh'], ['08752', 'Xã Cao Minh'],
];

export const UNITS: AdminUnit[] = [
  unit('26', 'Tỉnh Vĩnh Phúc', 'province', null, null, '2025-07-01'),
  unit('25', 'Tỉnh Phú Thọ', 'province', null, '2025-07-01', null),
  unit('244', 'Thành phố Phúc Yên', 'district', '26', null, '2025-03-01'),
  ...OLD_COMMUNES.map(([code, name]) => unit(code, name, 'commune', '244', null, '2025-03-01')),
  ...OLD_COMMUNES.map(([code, name]) => unit(code, name, 'commune', '26', '2025-03-01', '2025-07-01')),
  unit('08746', 'Phường Xuân Hòa', 'commune', '25', '2025-07-01', null),
];

export const SUCCESSIONS: UnitSuccession[] = OLD_COMMUNES.flatMap(([code]) => [
  { fromCode: code, fromValidFrom: null, toCode: code, toValidFrom: '2025-03-01', on: '2025-03-01' },
  { fromCode: code, fromValidFrom: '2025-03-01', toCode: '08746', toValidFrom: '2025-07-01', on: '2025-07-01' },
]);

export function body(id: string, unitCode: string, more: Partial<PoliceBody> = {}): PoliceBody {
  return { id, name: id, unitCode, level: 'commune', parentId: null, successorOf: [], validFrom: null, validTo: null, phone: null, ...more };
}

export const BODIES: PoliceBody[] = [
  body('ca-ngoc-thanh', '08749', { name: 'Công an xã Ngọc Thanh', parentId: 'ca-phu-tho', validTo: '2025-07-01' }),
  body('ca-xuan-hoa', '08746', { name: 'Công an phường Xuân Hòa', parentId: 'ca-phu-tho', successorOf: ['ca-ngoc-thanh'], validFrom: '2025-07-01' }),
  body('ca-phu-tho', '25', { name: 'Công an tỉnh Phú Thọ', level: 'province', validFrom: '2025-07-01' }),
];

export const DAI_LAI: Site = {
  id: 'dai-lai', name: 'Khu nghỉ dưỡng hồ Đại Lải', kind: 'resort', unitCode: '08749', unitAsOf: '2025-06-30',
  lat: 21.33, lon: 105.715, capacity: 5500, phone: '02113000000',
};

const zone = (id: string, name: string, areaM2: number | null, capacity: number | null, water: boolean): Zone => ({ siteId: 'dai-lai', id, name, areaM2, capacity, water, exitWidthM: null });

export const ZONES: Zone[] = [
  zone('beach', 'Bãi tắm', 6000, 1500, true),
  zone('pool', 'Bể bơi', 900, 300, true),
  zone('stage', 'Sân khấu', 1000, 5000, false),
  zone('gate', 'Cổng chính', null, null, false),
];

export function webhook(id: string, bodyId: string, more: Partial<Receiver> = {}): Receiver {
  return { id, bodyId, kind: 'webhook', url: `https://receiver.example/${id}`, takesTest: false, disabled: false, ...more };
}

export const TOPICS: Receiver[] = ['alert.raised', 'event.receipt'].map((topic) => ({
  id: `topic:${topic}`, bodyId: null, kind: 'topic', url: topic, takesTest: true, disabled: false,
}));

export function registry(more: Partial<Omit<Registry, 'bodies' | 'sites' | 'zones'>> & { bodies?: PoliceBody[]; sites?: Site[]; zones?: Zone[] } = {}): Registry {
  const byId = <T extends { id: string }>(items: T[]): Map<string, T> => new Map(items.map((item) => [item.id, item]));
  return {
    version: 1,
    units: UNITS,
    successions: SUCCESSIONS,
    siteEvents: new Map(),
    publishers: new Map([['/sites/dai-lai/security', { source: '/sites/dai-lai/security', sites: ['dai-lai'] }]]),
    receivers: [webhook('xuan-hoa-1', 'ca-xuan-hoa'), webhook('phu-tho-1', 'ca-phu-tho'), ...TOPICS],
    ...more,
    bodies: byId(more.bodies ?? BODIES),
    sites: byId(more.sites ?? [DAI_LAI]),
    zones: new Map((more.zones ?? ZONES).map((z) => [zoneKey(z.siteId, z.id), z])),
  };
}

export const REGISTRY = registry();
export const QUIET: RiskContext = { registry: REGISTRY, volumes: new Map() };

export const SATURDAY_EVENING = at('2025-07-19 20:00');

export function incident(more: Partial<Incident> = {}): Incident {
  const occurredAt = more.occurredAt ?? SATURDAY_EVENING;
  return {
    kind: 'incident', source: '/sites/dai-lai/security', eventId: 'e-1', siteId: 'dai-lai', category: 'violence.fight', categoryAsSent: more.category ?? 'violence.fight',
    occurredAt, reportedAt: null, receivedAt: occurredAt + 60_000, status: 'Actual', severity: null, urgency: null, certainty: null, verification: null, zone: null,
    location: null, description: null, injured: null, involved: null, weapon: null, corrects: null, backfill: false, defects: [], ...more,
  };
}

export function volume(occupancy: number, more: Partial<VisitorVolume> = {}): VisitorVolume {
  const measuredAt = more.measuredAt ?? SATURDAY_EVENING - 5 * 60_000;
  return {
    kind: 'volume', source: '/sites/dai-lai/gates', eventId: `v-${measuredAt}`, siteId: 'dai-lai', zone: null, measuredAt, receivedAt: measuredAt + 1000, occupancy,
    entered: null, left: null, windowSeconds: null, volumeKind: 'measured', defects: [], ...more,
  };
}

export function alertState(more: Partial<AlertState> = {}): AlertState {
  return {
    thread: { source: '/sites/dai-lai/security', siteId: 'dai-lai', status: 'Actual', firstId: 'e-1' }, level: 'high', highestLevel: 'high', alertStatus: 'pending', revision: 1,
    raisedRevision: 1, raiseEventId: 'e-1', raiseSource: '/sites/dai-lai/security', escalation: 0, raisedAt: SATURDAY_EVENING, acknowledgeBy: SATURDAY_EVENING + 600_000, policeBodyId: 'ca-xuan-hoa', ...more,
  };
}

export const judge = (report: Incident, context: RiskContext): RiskAssessment => assess(report, context, SAMPLE_POLICY).assessment;
export const observeAll = (volumes: readonly VisitorVolume[], context: RiskContext): RiskContext => volumes.reduce((before, next) => observe(next, before), context);
