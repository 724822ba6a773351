import { admit, decode, TOPICS, type Decoded, type RawRecord } from '@vong-gac/contracts';
import type { Defect, Instant } from '@vong-gac/domain';
import { ProducerFull, type KafkaProducer, type OutgoingMessage } from '@vong-gac/kafka';
import { unavailable } from '../http/problem.filter';
import type { RegistryCache } from '../registry/registry-cache';

/** What a publisher is told of one event, in the order of the batch. */
export interface Receipt {
  source: string | null;
  id: string | null;
  outcome: 'accepted' | 'accepted-with-defects' | 'rejected';
  reason?: string;
  detail?: string;
  defects?: Defect[];
}

interface Judged {
  receipt: Receipt;
  /** Where an accepted event goes. */
  topic?: string;
  message?: OutgoingMessage;
}

/** Takes events over HTTP by the rules of intake, and passes on to Kafka what they let through. */
export class Publisher {
  constructor(
    private readonly producer: Pick<KafkaProducer, 'send'>,
    private readonly registries: RegistryCache,
  ) {}

  /**
   * Resolves when Kafka has acknowledged every accepted event with all replicas; what was rejected is not published.
   * @throws Problem 503 where Kafka does not acknowledge: some may have been written all the same; sending them again stores nothing twice.
   */
  async publish(records: readonly RawRecord[], now: Instant): Promise<Receipt[]> {
    const registry = await this.registries.current(now);
    const judged = records.map((record): Judged => {
      const decoded = decode(record);
      const rejection = decoded.outcome === 'rejection' ? decoded : admit(decoded.event, registry);
      return rejection === null && decoded.outcome === 'event' ? accepted(decoded, record) : rejected(rejection);
    });
    await this.send(judged);
    return judged.map(({ receipt }) => receipt);
  }

  private async send(judged: readonly Judged[]): Promise<void> {
    const topics = new Map<string, OutgoingMessage[]>();
    for (const { topic, message } of judged) {
      if (topic === undefined || message === undefined) continue;
      const messages = topics.get(topic) ?? [];
      messages.push(message);
      topics.set(topic, messages);
    }
    try {
      await Promise.all([...topics].map(([topic, messages]) => this.producer.send(topic, messages)));
    } catch (error) {
      if (error instanceof ProducerFull) throw unavailable('overloaded', 'Too many events wait for Kafka; nothing of this request was taken. Send it again.', error);
      throw unavailable('kafka-away', 'Kafka did not acknowledge in time. Send it again: an event that was written all the same is stored once.', error);
    }
  }
}

function accepted({ event }: Extract<Decoded, { outcome: 'event' }>, record: RawRecord): Judged {
  const { source, eventId: id, defects, siteId } = event;
  return {
    receipt: defects.length === 0 ? { source, id, outcome: 'accepted' } : { source, id, outcome: 'accepted-with-defects', defects },
    topic: event.kind === 'incident' ? TOPICS.incidentReported : TOPICS.visitorVolumeMeasured,
    message: { key: siteId, value: record.value, headers: record.headers },
  };
}

function rejected(rejection: Extract<Decoded, { outcome: 'rejection' }> | null): Judged {
  if (rejection === null) throw new Error('neither an event nor a rejection');
  const { source, eventId: id, reason, detail } = rejection;
  return { receipt: { source, id, outcome: 'rejected', reason, detail } };
}
