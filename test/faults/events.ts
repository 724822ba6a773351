import { MAX_VALUE_BYTES } from '@vong-gac/contracts';
import type { Random } from '../../apps/cli/src/random';
import { countsOf, SITES } from './places';
import { sourceOf } from './house';
import { INCIDENTS, type Publication } from './history';

export type Draft = Pick<Publication, 'topic' | 'source' | 'eventId' | 'bytes' | 'expect'> & {
  key: string;
  headers?: [name: string, value: string][];
  /** Instead of the key's. */
  partition?: number;
};

const VOLUMES = 'visitor-volume.measured';
const DAY_MS = 86_400_000;

/** What resorts send in one seed: the same seed writes the same events, but for their times. */
export class Events {
  private count = 0;
  /** Events that alert, to be corrected or contradicted later. */
  private readonly alerted: { eventId: string; siteId: string; zone: string }[] = [];
  private readonly reported: { eventId: string; siteId: string }[] = [];

  constructor(
    private readonly prefix: string,
    private readonly random: Random,
  ) {}

  /** What an ordinary evening brings. */
  any(): Draft {
    const roll = this.random.next();
    if (roll < 0.12) return this.fire();
    if (roll < 0.22) return this.volume();
    if (roll < 0.26) return this.correction();
    if (roll < 0.28) return this.again();
    if (roll < 0.31) return this.poison();
    return this.theft();
  }

  theft(occurredAt = Date.now() - 1_000): Draft {
    const draft = this.incident({ category: 'security.theft', occurredAt: iso(occurredAt) });
    this.reported.push({ eventId: draft.eventId ?? '', siteId: draft.key });
    return draft;
  }

  fire(): Draft {
    const zone = this.zone();
    const draft = this.incident({ category: 'fire.fire', zone });
    this.alerted.push({ eventId: draft.eventId ?? '', siteId: draft.key, zone });
    return draft;
  }

  /** A further report of a happening that was reported. */
  again(): Draft {
    const of = this.alerted.at(-this.random.between(1, Math.max(1, this.alerted.length)));
    if (of === undefined) return this.fire();
    return this.incident({ category: this.random.chance(0.2) ? 'fire.explosion' : 'fire.smoke', zone: of.zone }, of.siteId);
  }

  /** Of a whole site, never so many that the crowd alerts (0.95 of its 2,000): what is told of crowds is told of zones (`crowd`). */
  volume(): Draft {
    const siteId = this.site();
    return this.event(VOLUMES, 'vn.vonggac.visitor-volume.measured.v1', { siteId, measuredAt: iso(Date.now() - 5_000), occupancy: this.random.between(10, 1_700) }, sourceOf(siteId));
  }

  /** The counts of a zone that fills up, and empties again or not: the police are told, told again, told more, and told that it is over. */
  crowd({ siteId, zone }: { siteId: string; zone: string }): Draft[] {
    const now = Date.now();
    return countsOf(this.random.chance(0.5)).map(({ beforeMs, people }) => this.event(VOLUMES, 'vn.vonggac.visitor-volume.measured.v1', { siteId, zone, measuredAt: iso(now - beforeMs), occupancy: people }, sourceOf(siteId)));
  }

  /** Of an alert so far: sometimes it grows (raised again), sometimes not. */
  correction(): Draft {
    const of = this.alerted.at(-this.random.between(1, Math.max(1, this.alerted.length)));
    if (of === undefined) return this.fire();
    return this.incident({ category: this.random.chance(0.5) ? 'fire.explosion' : 'fire.smoke', corrects: of.eventId }, of.siteId);
  }

  /** A correction that comes before the report that it corrects, and both out of time. */
  reversed(): Draft[] {
    const late = this.incident({ category: 'fire.smoke', occurredAt: iso(Date.now() - 3 * DAY_MS) });
    const correction = this.incident({ category: 'fire.explosion', corrects: late.eventId, occurredAt: iso(Date.now() + DAY_MS) }, late.key);
    return [correction, this.theft(Date.now() - 9 * DAY_MS), late];
  }

  /** Another content under an id that is taken. */
  contradiction(): Draft {
    const of = this.reported.at(-this.random.between(1, Math.max(1, this.reported.length)));
    if (of === undefined) return this.theft();
    return this.event(INCIDENTS, INCIDENT_TYPE, { siteId: of.siteId, category: 'order.vandalism', occurredAt: iso(Date.now()), description: `another content ${(this.count += 1)}` }, sourceOf(of.siteId), of.eventId);
  }

  /** A record that must be refused, and why. */
  poison(): Draft {
    const siteId = this.site();
    const source = sourceOf(siteId);
    const good = { siteId, category: 'security.theft', occurredAt: iso(Date.now()) };
    const refused = (draft: Draft, reason: string): Draft => ({ ...draft, expect: { rejected: reason } });
    const bytes = (value: Buffer | string, reason: string): Draft => ({ topic: INCIDENTS, key: siteId, source, eventId: null, bytes: Buffer.from(value), expect: { rejected: reason } });
    switch (this.random.between(0, 6)) {
      case 0: return bytes(`{"cut off in the middle": "${this.next()}`, 'not-json');
      case 1: return bytes(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(this.next())]), 'not-json');
      case 2: return bytes(`{"no envelope": "${this.next()}"}`, 'not-cloudevent');
      case 3: return refused(this.event(INCIDENTS, 'vn.vonggac.nothing.known.v1', good, source), 'unknown-type');
      case 4: return refused(this.event(INCIDENTS, INCIDENT_TYPE, good, '/sites/nobody/security'), 'unknown-publisher');
      case 5: return refused(this.event(INCIDENTS, INCIDENT_TYPE, { ...good, siteId: 'nowhere' }, source), 'unknown-site');
      default: return refused(this.event(INCIDENTS, INCIDENT_TYPE, { ...good, siteId: 'dai-lai' }, source), 'not-allowed-for-site');
    }
  }

  stranger(): Draft {
    const siteId = this.site();
    return { ...this.event(INCIDENTS, INCIDENT_TYPE, { siteId, category: 'security.theft', occurredAt: iso(Date.now()) }, '/sites/nobody/security'), expect: { rejected: 'unknown-publisher' } };
  }

  /** An event of exactly so many bytes. */
  sized(bytes: number): Draft {
    const draft = this.incident({ category: 'security.theft', description: '' });
    const filled = draft.bytes.toString().replace('"description":""', `"description":"${'x'.repeat(bytes - draft.bytes.length)}"`);
    return { ...draft, bytes: Buffer.from(filled), expect: bytes > MAX_VALUE_BYTES ? { rejected: 'too-large' } : 'event' };
  }

  /** Unknown fields are kept, however deep they are. */
  deep(): Draft {
    const draft = this.incident({ category: 'fire.smoke', note: '@' });
    return { ...draft, bytes: Buffer.from(draft.bytes.toString().replace('"@"', '[{"a":'.repeat(50_000) + '1' + '}]'.repeat(50_000))) };
  }

  /** The broker counts headers to a record's size, the product does not. */
  manyHeaders(): Draft {
    return { ...this.theft(), headers: Array.from({ length: 10_000 }, (_, i) => [`x-header-${i}`, String(i)]) };
  }

  /** From a publisher whose clock is wrong by so much, everywhere. */
  offClock(ms: number): Draft[] {
    const siteId = this.site();
    const at = iso(Date.now() + ms);
    const volume = this.event(VOLUMES, 'vn.vonggac.visitor-volume.measured.v1', { siteId, measuredAt: at, occupancy: 900 }, sourceOf(siteId), this.next(), at);
    const fire = this.event(INCIDENTS, INCIDENT_TYPE, { siteId, category: 'fire.fire', zone: this.zone(), occurredAt: at }, sourceOf(siteId), this.next(), at);
    return [fire, ms > 0 ? { ...volume, expect: { rejected: 'time-out-of-range' } } : volume];
  }

  private incident(data: Record<string, unknown>, siteId = this.site()): Draft {
    return this.event(INCIDENTS, INCIDENT_TYPE, { siteId, zone: this.zone(), occurredAt: iso(Date.now() - 1_000), ...data }, sourceOf(siteId));
  }

  private event(topic: string, type: string, data: { siteId: string } & Record<string, unknown>, source: string, eventId = this.next(), time = iso(Date.now())): Draft {
    const event = { specversion: '1.0', id: eventId, source, type, time, datacontenttype: 'application/json', data };
    return { topic, key: data.siteId, source, eventId, bytes: Buffer.from(JSON.stringify(event)), expect: 'event' };
  }

  /** Each its own: reports from one zone may be of one happening, and so may those of an earlier seed. */
  private zone(): string {
    return `${this.prefix}-zone-${(this.count += 1)}`;
  }

  private next(): string {
    return `${this.prefix}-${(this.count += 1)}`;
  }

  private site(): string {
    return this.random.pick(SITES as unknown as [string, ...string[]]);
  }
}

const INCIDENT_TYPE = 'vn.vonggac.incident.reported.v1';
const iso = (at: number): string => new Date(at).toISOString();
