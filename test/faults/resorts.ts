import { createKafka, KafkaProducer } from '@vong-gac/kafka';
import { Random } from '../../apps/cli/src/random';
import { crowdPlaceOf } from './places';
import { Events, type Draft } from './events';
import { digestOf, type Publication } from './history';

const EVERY_MS = 200;
const AT_ONCE = 4;
/** Among the first faults: a second or so after the beginning. */
const CROWD_AT_TURN = 8;
/** A publisher that is not answered waits, each time longer. */
const RETRY_MS = 300;
const RETRY_MAX_MS = 4_000;
const HTTP_ANSWER_MS = 8_000;
/** What Kafka or the api has not acknowledged by then stays the publisher's. */
const GIVE_UP_MS = 90_000;

/** The systems of the resorts: publish over Kafka and HTTP, send again what was not acknowledged, and note every acknowledgement. */
export class Resorts {
  readonly events: Events;
  private readonly publications = new Map<string, Publication>();
  private readonly underWay = new Set<Promise<void>>();
  private stopped = false;
  /** Attempts that were begun and are not over. */
  private attempts = 0;
  private gate: Promise<void> = Promise.resolve();
  private publishing: Promise<void> = Promise.resolve();

  constructor(
    prefix: string,
    private readonly seed: number,
    private readonly producer: KafkaProducer,
    private readonly apiUrl: string,
  ) {
    this.events = new Events(prefix, new Random(seed * 7_919 + 1));
  }

  static producer(brokers: string): KafkaProducer {
    return new KafkaProducer(createKafka({ brokers: brokers.split(','), clientId: 'faults resorts', requestTimeoutMs: 3_000 }), { sendTimeoutMs: 6_000 });
  }

  get all(): Publication[] {
    return [...this.publications.values()];
  }

  /** An ordinary evening, until `stop`. */
  open(): void {
    this.publishing = (async () => {
      for (let turn = 0; !this.stopped; turn += 1) {
        void this.send(Array.from({ length: AT_ONCE }, () => this.events.any()));
        if (turn === CROWD_AT_TURN) void this.send(this.events.crowd(crowdPlaceOf(this.seed)));
        if (turn % 4 === 0) void this.post(turn % 8 === 0 ? this.events.fire() : this.events.theft());
        await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      }
    })();
  }

  /** Publishes no more; resolves when everything that was begun is acknowledged or given up. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.publishing;
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  /** Nothing is published until the returned function is called; resolves when no attempt is under way any more. */
  async hold(): Promise<() => void> {
    let open: () => void = () => undefined;
    this.gate = new Promise((resolve) => (open = resolve));
    while (this.attempts > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    return open;
  }

  /** Over Kafka, in one request for each topic; again until it is acknowledged. @param producer one that knows a partition just added: another would drop what is meant for it */
  send(drafts: readonly Draft[], producer = this.producer): Promise<void> {
    const notes = drafts.map((draft) => this.note(draft, 'kafka'));
    return this.keepTrying(async () => {
      for (const topic of new Set(drafts.map((draft) => draft.topic))) {
        const messages = drafts.filter((draft) => draft.topic === topic).map(({ key, bytes, headers, partition }) => ({ key, value: bytes, headers, partition }));
        await producer.send(topic, messages);
      }
    }, notes);
  }

  /** Over HTTP, through the api. */
  post(draft: Draft): Promise<void> {
    return this.keepTrying(async () => {
      const answer = await fetch(`${this.apiUrl}/v1/events`, { method: 'POST', headers: { 'content-type': 'application/cloudevents+json' }, body: new Uint8Array(draft.bytes), signal: AbortSignal.timeout(HTTP_ANSWER_MS) });
      if (answer.status !== 202) throw new Error(`the api answered ${answer.status}`);
    }, [this.note(draft, 'http')]);
  }

  /** The same bytes once more. */
  again(publications: readonly Publication[]): Promise<void> {
    return this.send(publications.map((each) => ({ ...each, key: siteOf(each) })));
  }

  private note({ topic, source, eventId, bytes, expect }: Draft, through: Publication['through']): Publication {
    const digest = digestOf(bytes);
    const noted = this.publications.get(digest) ?? { topic, source, eventId, bytes, expect, through, firstSentAt: Date.now(), acknowledgedAt: [] };
    this.publications.set(digest, noted);
    return noted;
  }

  private keepTrying(attempt: () => Promise<void>, notes: readonly Publication[]): Promise<void> {
    const trying = (async () => {
      for (let [end, waitMs] = [Date.now() + GIVE_UP_MS, RETRY_MS]; Date.now() < end; waitMs = Math.min(2 * waitMs, RETRY_MAX_MS)) {
        await this.gate;
        this.attempts += 1;
        try {
          await attempt();
          for (const note of notes) note.acknowledgedAt.push(Date.now());
          return;
        } catch {
          // Not acknowledged: it stays the publisher's.
        } finally {
          this.attempts -= 1;
        }
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    })();
    this.underWay.add(trying);
    return trying.finally(() => this.underWay.delete(trying));
  }
}

/** The key of a record: what its publisher's source says, so that a repeat goes where the first went. */
function siteOf({ bytes, source }: Publication): string {
  try {
    const event: { data?: { siteId?: unknown } } = JSON.parse(bytes.toString());
    if (typeof event.data?.siteId === 'string') return event.data.siteId;
  } catch {
    // Not JSON: any partition will do.
  }
  return source;
}
