import { EVENT_TYPES, TOPICS } from '@vong-gac/contracts';
import type { OutgoingMessage } from '@vong-gac/kafka';
import { Random } from '../random';

/** One synthetic event, ready to send. */
export interface SimulatedEvent {
  topic: string;
  message: OutgoingMessage & { value: string };
}

/** A day long past: `now` in the events would make each run's bytes differ. */
const START = Date.parse('2025-09-02T01:00:00Z');
/** From one event to the next in the events' own time, whatever the rate at which they are sent: the same id always says the same. */
const STEP_MS = 10;
const SOURCE = '/sites/dai-lai/security';
const SITE = 'dai-lai';

/** Shares of the stream. One incident in a hundred must be told to the police. */
const VOLUMES = 0.1;
const ALERTING = 0.01;

type Words = readonly [string, ...string[]];
const ZONES: Words = ['beach', 'pool', 'stage', 'gate'];
const ORDINARY: readonly [{ category: string; text: string }, ...{ category: string; text: string }[]] = [
  { category: 'security.lost-property', text: 'Khách báo mất đồ, chưa rõ nơi để quên' },
  { category: 'traffic.congestion', text: 'Xe dồn ở cổng, bảo vệ đang phân luồng' },
  { category: 'order.drunkenness', text: 'Khách say rượu, đã có người thân đưa về' },
  { category: 'security.theft', text: 'Khách báo mất ví ở khu để đồ' },
  { category: 'lodging.violation', text: 'Khách lưu trú chưa khai báo' },
  { category: 'health.emergency', text: 'Khách mệt vì nắng, đã sơ cứu tại chỗ' },
];
const SERIOUS: typeof ORDINARY = [
  { category: 'violence.weapon', text: 'Một người mang dao ở khu sân khấu' },
  { category: 'rescue.drowning', text: 'Cứu hộ đưa một khách đuối nước lên bờ' },
  { category: 'fire.fire', text: 'Cháy ở bếp nướng ngoài trời' },
  { category: 'rescue.lost-child', text: 'Trẻ khoảng 6 tuổi lạc gia đình' },
];

/** An endless peak day at the sample site: the same events, byte for byte, for the same seed. */
export function* peakDay(seed: number): Generator<SimulatedEvent> {
  const random = new Random(seed);
  const present = new Map<string, number>();
  for (let number = 1; ; number += 1) {
    const at = new Date(START + (number - 1) * STEP_MS).toISOString();
    yield random.chance(VOLUMES) ? volume(random, present, `sim-${seed}-${number}`, at) : incident(random, `sim-${seed}-${number}`, at);
  }
}

function incident(random: Random, id: string, occurredAt: string): SimulatedEvent {
  const { category, text } = random.pick(random.chance(ALERTING) ? SERIOUS : ORDINARY);
  const data = { siteId: SITE, category, occurredAt, zone: random.pick(ZONES), description: text, involved: random.between(1, 4), verification: random.between(0, 2) };
  return event(id, EVENT_TYPES.incidentReported, TOPICS.incidentReported, occurredAt, data);
}

/** People come and go a few at a time: a count that leapt about would rightly not be believed. */
const MOST_COMING = 6;
const [FEWEST, MOST] = [50, 550] as const;

function volume(random: Random, present: Map<string, number>, id: string, measuredAt: string): SimulatedEvent {
  const zone = random.pick(ZONES);
  const occupancy = Math.min(MOST, Math.max(FEWEST, (present.get(zone) ?? random.between(FEWEST, MOST)) + random.between(0, 2 * MOST_COMING) - MOST_COMING));
  present.set(zone, occupancy);
  const data = { siteId: SITE, zone, measuredAt, occupancy, windowSeconds: 60, entered: random.between(0, 40), left: random.between(0, 40) };
  return event(id, EVENT_TYPES.visitorVolumeMeasured, TOPICS.visitorVolumeMeasured, measuredAt, data);
}

function event(id: string, type: string, topic: string, time: string, data: { siteId: string }): SimulatedEvent {
  const value = JSON.stringify({ specversion: '1.0', id, source: SOURCE, type, time, datacontenttype: 'application/json', data });
  return { topic, message: { key: data.siteId, value, headers: [['content-type', 'application/cloudevents+json; charset=utf-8']] } };
}
