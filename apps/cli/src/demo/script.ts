import { EVENT_TYPES, TOPICS } from '@vong-gac/contracts';
import { Random } from '../random';
import { BROKEN, DAY, GUESTS, ORDINARY, SCENES, type BrokenMessage, type Report, type Scene } from './day';

/** One message of the day. */
export interface DemoMessage {
  /** Minute of the day's own clock at which it is sent. */
  minute: number;
  topic: string;
  key: string;
  value: Buffer;
  /** null: it has none that could be read. */
  eventId: string | null;
  /** A line for who watches; null: one of many. */
  said: string | null;
}

const MINUTE_MS = 60_000;

/** Minutes since midnight of the day's own clock. */
export function minuteOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}

export const START = minuteOf(DAY.start);
export const END = minuteOf(DAY.end);

/** Every message of the day, in the order in which they are sent. `end`: the instant that the day's end falls on. */
export function script(seed: number, end: number): DemoMessage[] {
  const writer = new Writer(end);
  return [...volumes(writer), ...ordinary(writer, new Random(seed)), ...SCENES.flatMap((scene) => sceneMessages(writer, scene)), ...BROKEN.map((broken) => writer.broken(broken))].sort((a, b) => a.minute - b.minute);
}

/** People present at a place, by straight lines between the day's figures. */
export function guestsAt(place: string, minute: number): number {
  const points = (GUESTS[place] ?? []).map(([clock, people]) => ({ minute: minuteOf(clock), people }));
  const next = points.findIndex((point) => point.minute >= minute);
  const after = points[next] ?? points.at(-1);
  const before = points[next - 1] ?? after;
  if (!before || !after) return 0;
  const span = after.minute - before.minute;
  return Math.round(span === 0 ? after.people : before.people + ((after.people - before.people) * (minute - before.minute)) / span);
}

function volumes(writer: Writer): DemoMessage[] {
  const messages: DemoMessage[] = [];
  for (let minute = START; minute <= END; minute += DAY.volumesEveryMinutes) for (const place of Object.keys(GUESTS)) messages.push(writer.volume(place, minute));
  return messages;
}

/** Some are sent twice, as a sender does that did not hear the acknowledgement. */
const SENT_TWICE = 0.04;

function ordinary(writer: Writer, random: Random): DemoMessage[] {
  const total = ORDINARY.reduce((sum, { share }) => sum + share, 0);
  return Array.from({ length: DAY.ordinaryIncidents }, (_, index) => {
    const { share: _share, zones, ...report } = byShare(random.between(1, total));
    const minute = random.between(START + 20, END - 5);
    const message = writer.incident(`so-${String(index + 1).padStart(3, '0')}`, minute, { ...report, zone: random.pick(zones) }, {});
    return random.chance(SENT_TWICE) ? [message, { ...message, minute: message.minute + 4 }] : [message];
  }).flat();
}

function byShare(at: number): (typeof ORDINARY)[number] {
  let sum = 0;
  return ORDINARY.find(({ share }) => (sum += share) >= at) ?? ORDINARY[0];
}

function sceneMessages(writer: Writer, scene: Scene): DemoMessage[] {
  const { id, shows, at, sentAt, againAt, corrects, ...report } = scene;
  const minute = minuteOf(at);
  const sent = sentAt === undefined ? minute : minuteOf(sentAt);
  const message = { ...writer.incident(id, minute, report, { corrects, reportedMinute: sent === minute ? undefined : sent }), minute: sent, said: `${report.text} (${shows})` };
  return againAt === undefined ? [message] : [message, { ...message, minute: minuteOf(againAt), said: `the same report again, byte for byte: ${id}` }];
}

/** Writes messages of a day that ends at `end`. */
class Writer {
  constructor(private readonly end: number) {}

  private at(minute: number): string {
    return new Date(this.end - (END - minute) * MINUTE_MS).toISOString();
  }

  private event(id: string, type: string, minute: number, data: unknown, source: string = DAY.source): string {
    return JSON.stringify({ specversion: '1.0', id, source, type, time: this.at(minute), datacontenttype: 'application/json', data });
  }

  volume(place: string, minute: number): DemoMessage {
    const before = guestsAt(place, minute - DAY.volumesEveryMinutes);
    const occupancy = guestsAt(place, minute);
    const change = { entered: Math.max(0, occupancy - before), left: Math.max(0, before - occupancy), windowSeconds: DAY.volumesEveryMinutes * 60 };
    const id = `dem-${place || 'toan-khu'}-${minute}`;
    const data = { siteId: DAY.site, ...(place === '' ? {} : { zone: place }), measuredAt: this.at(minute), occupancy, ...change };
    return { minute, topic: TOPICS.visitorVolumeMeasured, key: DAY.site, value: Buffer.from(this.event(id, EVENT_TYPES.visitorVolumeMeasured, minute, data)), eventId: id, said: null };
  }

  incident(id: string, minute: number, report: Report, more: { corrects?: string; reportedMinute?: number }): DemoMessage {
    const { text, ...rest } = report;
    const reportedAt = more.reportedMinute === undefined ? {} : { reportedAt: this.at(more.reportedMinute) };
    const data = { siteId: DAY.site, occurredAt: this.at(minute), ...reportedAt, ...rest, description: text, ...(more.corrects === undefined ? {} : { corrects: more.corrects }) };
    return this.message(minute, this.event(id, EVENT_TYPES.incidentReported, minute, data), id);
  }

  broken({ at, how, of, shows }: BrokenMessage): DemoMessage {
    const minute = minuteOf(at);
    return { ...this.message(minute, this.brokenValue(how, of, minute), null), said: `broken: ${shows}` };
  }

  private brokenValue(how: BrokenMessage['how'], of: string | undefined, minute: number): string | Buffer {
    const id = `hong-${minute}`;
    const good = { siteId: DAY.site, occurredAt: this.at(minute), category: 'security.theft', description: 'Khách báo mất đồ' };
    switch (how) {
      case 'not-json':
        return this.event(id, EVENT_TYPES.incidentReported, minute, good).slice(0, 120);
      case 'cp1252':
        return Buffer.from(this.event(id, EVENT_TYPES.incidentReported, minute, { ...good, description: 'Café' }), 'latin1');
      case 'unknown-publisher':
        return this.event(id, EVENT_TYPES.incidentReported, minute, good, '/sites/nobody/security');
      case 'unknown-site':
        return this.event(id, EVENT_TYPES.incidentReported, minute, { ...good, siteId: 'tam-dao' });
      case 'no-category':
        return this.event(id, EVENT_TYPES.incidentReported, minute, { ...good, category: undefined });
      case 'unknown-type':
        return this.event(id, 'vn.vonggac.incident.deleted.v1', minute, good);
      case 'conflict':
        return this.event(of ?? id, EVENT_TYPES.incidentReported, minute, good);
      case 'unreadable-status':
        return this.event(id, EVENT_TYPES.incidentReported, minute, { ...good, status: 'Drill' });
    }
  }

  private message(minute: number, value: string | Buffer, eventId: string | null): DemoMessage {
    return { minute, topic: TOPICS.incidentReported, key: DAY.site, value: Buffer.from(value), eventId, said: null };
  }
}
