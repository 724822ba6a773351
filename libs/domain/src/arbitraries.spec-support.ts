import fc from 'fast-check';
import { CATALOGUE } from './categories';
import type { Incident, Instant } from './incident';
import { zoneKey, type AdminUnit, type LocalDate, type PoliceBody, type Registry, type Site, type UnitSuccession, type Zone } from './registry';
import { body, TOPICS, webhook } from './sample.spec-support';
import type { VisitorVolume } from './visitor-volume';

/** Generators for the property specs: events with anything in them, and registries that `checkRegistry` passes. */

/** Strings that break things elsewhere: empty, NUL, lone surrogates, names of Object.prototype, very long. */
export const oddString: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '\u0000', '\ud800', '__proto__', 'constructor', 'toString', 'x'.repeat(5000), '\u202e', 'đuối nước'),
);

const ANY_NUMBER = fc.oneof(fc.double(), fc.maxSafeNat(), fc.constantFrom(NaN, Infinity, -Infinity, -0, 1e308, -1e308, 8.64e15, -8.64e15, 8.64e15 + 1, 5e-324));
const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });

const FROM = Date.parse('2020-01-01T00:00:00Z');
const TO = Date.parse('2027-01-01T00:00:00Z');
export const plausibleInstant: fc.Arbitrary<Instant> = fc.integer({ min: FROM, max: TO });
export const anyInstant: fc.Arbitrary<Instant> = fc.oneof(plausibleInstant, ANY_NUMBER);

const categories = fc.oneof(fc.constantFrom(...CATALOGUE.keys()), fc.constantFrom('rescue.unknown', 'fire.unknown', 'vice.unknown', 'no.such'), oddString);

/** An incident whose fields may be anything of their type: wilder than decode lets through. */
export function anyIncident(instant: fc.Arbitrary<Instant> = anyInstant): fc.Arbitrary<Incident> {
  return fc.record({
    kind: fc.constant('incident' as const),
    source: oddString,
    eventId: oddString,
    siteId: fc.oneof({ weight: 3, arbitrary: fc.constantFrom('s0', 's1') }, { weight: 1, arbitrary: oddString }),
    category: categories,
    categoryAsSent: fc.oneof(categories, oddString),
    occurredAt: instant,
    reportedAt: orNull(instant),
    receivedAt: instant,
    status: fc.constantFrom('Actual', 'Exercise', 'Test'),
    severity: orNull(fc.constantFrom('Extreme', 'Severe', 'Moderate', 'Minor', 'Unknown')),
    urgency: orNull(fc.constantFrom('Immediate', 'Expected', 'Future', 'Past', 'Unknown')),
    certainty: orNull(fc.constantFrom('Observed', 'Likely', 'Possible', 'Unlikely', 'Unknown')),
    verification: orNull(fc.oneof(fc.nat(4), ANY_NUMBER)),
    zone: orNull(fc.oneof(fc.constantFrom('z0', 'z1', 'elsewhere'), oddString)),
    location: fc.constant(null),
    description: orNull(oddString),
    injured: orNull(fc.oneof(fc.nat(30), ANY_NUMBER)),
    involved: orNull(fc.oneof(fc.nat(30), ANY_NUMBER)),
    weapon: orNull(fc.boolean()),
    corrects: orNull(oddString),
    backfill: fc.boolean(),
    defects: fc.array(fc.record({ path: oddString, problem: oddString }), { maxLength: 5 }),
  });
}

export function anyVolume(instant: fc.Arbitrary<Instant> = anyInstant): fc.Arbitrary<VisitorVolume> {
  return fc.record({
    kind: fc.constant('volume' as const),
    source: fc.constant('/gates'),
    eventId: oddString,
    siteId: fc.constantFrom('s0', 's1'),
    zone: fc.constantFrom(null, 'z0', 'z1', 'elsewhere'),
    measuredAt: instant,
    receivedAt: instant,
    occupancy: fc.oneof(fc.nat(8000), ANY_NUMBER),
    entered: fc.constant(null),
    left: fc.constant(null),
    windowSeconds: fc.constant(null),
    volumeKind: fc.constantFrom('measured', 'declared', 'forecast'),
    defects: fc.constant([]),
  });
}

const DAYS: readonly LocalDate[] = ['2021-03-01', '2023-01-01', '2025-03-01', '2025-07-01', '2026-04-30'];
const CODES = ['1', '2', '3', '4'];

/** Which codes exist in each of the six periods between DAYS, and which unit of the next period each becomes (part of): merges, splits, re-used codes. */
const history = fc.array(
  fc.record({ exists: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), becomes: fc.array(fc.subarray(CODES, { maxLength: 3 }), { minLength: 4, maxLength: 4 }), hasBody: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }) }),
  { minLength: DAYS.length + 1, maxLength: DAYS.length + 1 },
);

type Period = { exists: boolean[]; becomes: string[][]; hasBody: boolean[] };

function unitsOf(periods: readonly Period[]): AdminUnit[] {
  return periods.flatMap((period, p) =>
    CODES.filter((_, c) => period.exists[c]).map((code): AdminUnit => ({
      code, name: `unit ${code} of period ${p}`, level: 'commune', parentCode: null, validFrom: DAYS[p - 1] ?? null, validTo: DAYS[p] ?? null,
    })),
  );
}

function successionsOf(periods: readonly Period[], units: readonly AdminUnit[]): UnitSuccession[] {
  const has = (code: string, from: LocalDate | null): boolean => units.some((unit) => unit.code === code && unit.validFrom === from);
  return periods.slice(0, -1).flatMap((period, p) =>
    CODES.flatMap((fromCode, c) =>
      (period.becomes[c] ?? []).map((toCode): UnitSuccession => ({ fromCode, fromValidFrom: DAYS[p - 1] ?? null, toCode, toValidFrom: DAYS[p] ?? null, on: DAYS[p] ?? '' })),
    ).filter((s) => has(s.fromCode, s.fromValidFrom) && has(s.toCode, s.toValidFrom)),
  );
}

/** One body per unit and period that has one; each succeeds the bodies of the period before whose units became its own; half have a parent. */
function bodiesOf(periods: readonly Period[], successions: readonly UnitSuccession[]): PoliceBody[] {
  const top = body('top', '99', { level: 'province' });
  const id = (code: string, from: LocalDate | null): string => `b${code}@${from ?? 'ever'}`;
  const bodies = periods.flatMap((period, p) =>
    CODES.filter((_, c) => period.exists[c] && period.hasBody[c]).map((code) =>
      body(id(code, DAYS[p - 1] ?? null), code, { validFrom: DAYS[p - 1] ?? null, validTo: DAYS[p] ?? null, parentId: p % 2 === 0 ? 'top' : null }),
    ),
  );
  const ids = new Set(bodies.map((b) => b.id));
  const predecessorsOf = (b: PoliceBody): string[] =>
    successions.filter((s) => s.toCode === b.unitCode && s.toValidFrom === b.validFrom).map((s) => id(s.fromCode, s.fromValidFrom)).filter((before) => ids.has(before));
  return [top, ...bodies.map((b) => ({ ...b, successorOf: predecessorsOf(b) }))];
}

const site = (id: string, unitCode: string, unitAsOf: LocalDate, capacity: number): Site => ({ id, name: id, kind: 'resort', unitCode, unitAsOf, lat: 0, lon: 0, capacity, phone: null });
const zones = (siteId: string): Zone[] => [
  { siteId, id: 'z0', name: 'z0', areaM2: 1000, capacity: 800, water: true, exitWidthM: null },
  { siteId, id: 'z1', name: 'z1', areaM2: null, capacity: null, water: false, exitWidthM: null },
];

/** A registry with sites `s0` and `s1`; those whose unit has no body are for the caller to leave out (`checkRegistry` names them). */
export const anyRegistry: fc.Arbitrary<Registry> = fc
  .record({
    periods: history,
    recordUnits: fc.boolean(),
    asOf: fc.tuple(fc.constantFrom(...DAYS, '2020-06-01'), fc.constantFrom(...DAYS, '2020-06-01')),
    unitCodes: fc.tuple(fc.constantFrom(...CODES), fc.constantFrom(...CODES)),
    capacity: fc.constantFrom(1, 500, 5500, 1e308, 5e-324),
  })
  .map(({ periods, recordUnits, asOf, unitCodes, capacity }): Registry => {
    const units = unitsOf(periods);
    const successions = successionsOf(periods, units);
    const bodies = bodiesOf(periods, successions);
    return {
      version: 1,
      units: recordUnits ? units : [],
      successions: recordUnits ? successions : [],
      bodies: new Map(bodies.map((b) => [b.id, b])),
      sites: new Map([site('s0', unitCodes[0], asOf[0], capacity), site('s1', unitCodes[1], asOf[1], 300)].map((s) => [s.id, s])),
      zones: new Map([...zones('s0'), ...zones('s1')].map((z) => [zoneKey(z.siteId, z.id), z])),
      siteEvents: new Map(),
      publishers: new Map(),
      receivers: [...bodies.map((b) => webhook(`w-${b.id}`, b.id)), ...TOPICS],
    };
  });
