/**
 * How long one assessment takes with the built-in policy, for the events of `bench -- intake` and for grave ones, on one core. Each has what the product would
 * remember at a site of two months, so that the rules of surprise and of further reports are asked, too. CPU time is
 * counted, so that a busy machine disturbs less, for groups of 500 events: a single call is shorter than the clock is exact. `npm run bench -- assess [--json]`.
 */
import 'reflect-metadata';
import { decode } from '@vong-gac/contracts';
import {
  assess, categoryOf, countIn, dayClassOn, emptyMemory, guestsOf, historyOf, localDate, placeIn, readingsByPlace, threadOf, zoneKey,
  type Incident, type Registry, type Remembered, type RiskContext, type VolumeReading,
} from '@vong-gac/domain';
import { builtInPolicy } from '@vong-gac/policy';
import { eventOf, SITE } from './events';
import { median } from './figures';

const EVENTS = 4_000;
const GROUP = 500;
const ROUNDS = 41;
const P50_MICROSECONDS_MAX = 5;
const NOW = Date.UTC(2026, 6, 4, 13, 0, 0);
const STEP_MS = 1_000;

/** Categories that ask most rules, with all that a report may say. */
const GRAVE = ['violence.fight', 'rescue.drowning', 'fire.fire', 'crowd.crush', 'rescue.lost-child', 'violence.harassment'];

function ordinary(i: number): Incident {
  const decoded = decode({ timestamp: NOW, value: Buffer.from(eventOf(i, { startAt: NOW - EVENTS * STEP_MS, stepMs: STEP_MS, alertEvery: 100, run: 'assess' })), headers: [] });
  if (decoded.outcome !== 'event' || decoded.event.kind !== 'incident') throw new Error('the bench sends no incident');
  return decoded.event;
}

function grave(i: number): Incident {
  const category = GRAVE[i % GRAVE.length] ?? 'fire.fire';
  return { ...ordinary(i), category: categoryOf(category).code, categoryAsSent: category, severity: 'Severe', certainty: 'Likely', verification: i % 5, injured: i % 4, involved: i % 30, weapon: i % 3 === 0 };
}

function contextOf(): RiskContext {
  const places = ['beach', 'pool', 'stage', 'gate', null];
  const readings = places.flatMap((zone, p) => Array.from({ length: 60 }, (_, i): VolumeReading => ({ siteId: SITE, zone, measuredAt: NOW - i * 300_000, occupancy: 500 + ((p + 1) * i * 37) % 3_000, volumeKind: 'measured' })));
  const zone = (id: string, areaM2: number, capacity: number, water: boolean) => ({ siteId: SITE, id, name: id, areaM2, capacity, water, exitWidthM: null });
  const zones = [zone('beach', 6_000, 1_800, true), zone('pool', 1_600, 600, true), zone('stage', 1_000, 3_000, false), zone('gate', 800, 900, false)];
  const body = { id: 'ca', name: 'ca', unitCode: '08746', level: 'commune', parentId: null, successorOf: [], validFrom: null, validTo: null, phone: null } as const;
  const registry: Registry = {
    version: 1, units: [], successions: [], receivers: [], siteEvents: new Map(), publishers: new Map(), bodies: new Map([['ca', { ...body, successorOf: [] }]]),
    sites: new Map([[SITE, { id: SITE, name: SITE, kind: 'resort', unitCode: '08746', unitAsOf: '2026-01-01', lat: 21.33, lon: 105.715, capacity: 5_500, phone: null }]]),
    zones: new Map(zones.map((each) => [zoneKey(SITE, each.id), each])),
  };
  return { registry, volumes: readingsByPlace(readings) };
}

/** Days of the site before, each with so many incidents of every category: what comes in the window is then about what is usual, as on most days. */
const HISTORY_DAYS = 60;
const A_DAY = 384;

/** An event with what the product would remember by then: what is usual, and which open happening it joins. Finding that out is not measured here. */
interface Reported {
  incident: Incident;
  remembered: Remembered;
}

function reported(incidents: readonly Incident[], { volumes }: RiskContext): Reported[] {
  const { situations, surprise } = builtInPolicy();
  const today = localDate(NOW);
  const days = Array.from({ length: HISTORY_DAYS }, (_, i) => localDate(NOW - (i + 1) * 86_400_000));
  const categories = new Set(incidents.map(({ category }) => category));
  const counts = days.flatMap((day) => [...categories].map((category) => ({ day, category, count: A_DAY })));
  const memory = emptyMemory(historyOf(today, counts, [], (day) => dayClassOn(day, undefined)));
  return incidents.map((incident) => {
    const { used: situation, joined } = placeIn(memory, incident, threadOf(incident, null), situations, () => false);
    return { incident, remembered: { situation, baseline: countIn(memory, incident, joined, dayClassOn(today, undefined), guestsOf(incident, volumes), surprise) } };
  });
}

/** Microseconds of CPU an event, for each group. */
function measure(events: readonly Reported[], context: RiskContext): number[] {
  const policy = builtInPolicy();
  const found: number[] = [];
  for (let from = 0; from < events.length; from += GROUP) {
    const group = events.slice(from, from + GROUP);
    const before = process.cpuUsage();
    for (const { incident, remembered } of group) assess(incident, context, policy, remembered);
    const { user, system } = process.cpuUsage(before);
    found.push((user + system) / group.length);
  }
  return found;
}

const at = (sorted: readonly number[], share: number): number => Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN).toFixed(2));

const context = contextOf();
const contenders = Object.fromEntries(
  [['ordinary', ordinary] as const, ['grave', grave] as const].map(([name, make]) => {
    const events = reported(Array.from({ length: EVENTS }, (_, i) => make(i)), context);
    const share = (holds: (event: Reported) => boolean): number => Number((events.filter(holds).length / EVENTS).toFixed(2));
    measure(events, context); // the engine compiles what runs often
    const rounds = Array.from({ length: ROUNDS }, () => measure(events, context));
    const sorted = rounds.flat().sort((a, b) => a - b);
    const reasons = median(events.map(({ incident, remembered }) => assess(incident, context, builtInPolicy(), remembered).assessment.reasons.length));
    const withBaseline = share(({ remembered }) => remembered.baseline !== null);
    const joined = share(({ remembered }) => remembered.situation.reports > 1);
    return [name, { p50: at(sorted, 0.5), p99: at(sorted, 0.99), min: at(sorted, 0), reasons, withBaseline, joined }];
  }),
);

if (process.argv.includes('--json')) console.log(JSON.stringify({ name: 'assess', rounds: ROUNDS, unit: 'µs of CPU an event', contenders }));
else for (const [name, { p50, p99, min, reasons, withBaseline, joined }] of Object.entries(contenders)) console.log(`${name}: p50 ${p50} µs of CPU an event, p99 ${p99}, fastest ${min}; ${reasons} reasons (median); ${withBaseline} of the events compared with what is usual, ${joined} of an open happening`);
if ((contenders.ordinary?.p50 ?? Infinity) > P50_MICROSECONDS_MAX) {
  console.error(`not good enough: a p50 of at most ${P50_MICROSECONDS_MAX} µs is asked for`);
  process.exitCode = 1;
}
