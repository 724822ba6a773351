import type { ClaimedDelivery } from '@vong-gac/database';
import { isKafkaOutage, isMissingTopic, isOfTheRecord, ProducerFull, SendTimeout, type KafkaAdmin, type KafkaProducer } from '@vong-gac/kafka';
import { TOPICS } from '@vong-gac/contracts';
import { explain, oneLine, type DeliveryAnswer } from '@vong-gac/runtime';
import type { Notifier } from './notifier';

/** While Kafka is away and nothing is due for a topic, it is asked so often whether it is back. */
const PROBE_MS = 2_000;
/** A batch does not wait longer than this for its topics to be looked at. */
const PREPARE_MS = 2_000;
/** A topic that is gone is created again after this long: who deletes it to create it otherwise has time for that. */
const MISSING_MS = 10_000;
/** So long one record after the other is tried, well within the lease; what is left is tried again later. */
const ONE_BY_ONE_MS = 3_000;
const HEADERS = [['content-type', 'application/cloudevents+json; charset=utf-8']] as const;

/** Messages of one topic go out together; Kafka being away holds back nothing but them. */
export class TopicNotifier implements Notifier {
  private awaySince: number | null = null;
  private missingSince: number | null = null;
  private prepared: Promise<void> | null = null;
  private probe: NodeJS.Timeout | null = null;
  private closed = false;

  /** @param producer its `send`, with PREPARE_MS before the first, must give up well within the lease. */
  constructor(
    private readonly producer: KafkaProducer,
    private readonly admin: KafkaAdmin,
    private readonly say: (sentence: string) => void,
  ) {}

  batches(deliveries: readonly ClaimedDelivery[]): ClaimedDelivery[][] {
    const byTopic = new Map<string, ClaimedDelivery[]>();
    for (const delivery of deliveries) byTopic.set(delivery.url, [...(byTopic.get(delivery.url) ?? []), delivery]);
    return [...byTopic.values()];
  }

  async send(batch: readonly ClaimedDelivery[]): Promise<DeliveryAnswer[]> {
    const error = await this.produce(batch);
    if (error === null) return batch.map(() => DELIVERED);
    const answer = failed(error);
    if (batch.length === 1 || !isOfTheRecord(error)) return batch.map(() => answer);
    // One record that Kafka refuses (too large, say) must not hold back the others.
    const answers: DeliveryAnswer[] = [];
    const end = performance.now() + ONE_BY_ONE_MS;
    for (const delivery of batch) {
      const each = await this.produce([delivery]);
      answers.push(each === null ? DELIVERED : failed(each));
      if (performance.now() > end || (each !== null && !isOfTheRecord(each))) return [...answers, ...batch.slice(answers.length).map(() => failed(each ?? error))];
    }
    return answers;
  }

  /** Since when Kafka has not taken anything, milliseconds; null: it takes, or was not needed. */
  get away(): number | null {
    return this.awaySince;
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.probe !== null) clearTimeout(this.probe);
    await Promise.all([this.producer.close(), this.admin.close()]);
  }

  /** Creates the topics once Kafka is there: dispatch starts without it. Who may not look at topics may still write to them. */
  private async prepare(): Promise<void> {
    this.prepared ??= this.admin
      .ensureTopics([{ topic: TOPICS.alertRaised }, { topic: TOPICS.eventReceipt }])
      .then((reports) => reports.flatMap(({ changed, wrong }) => [...changed, ...wrong]).forEach(this.say))
      .catch((error: unknown) => {
        if (!isAway(error)) return this.say(`the topics cannot be looked at, messages are sent to them all the same: ${explain(error)}`);
        this.prepared = null; // the next batch tries again
        throw error;
      });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new SendTimeout(`Kafka did not say within ${PREPARE_MS} ms whether the topics exist`)), PREPARE_MS);
    });
    await Promise.race([this.prepared, late]).finally(() => clearTimeout(timer));
  }

  private async produce(batch: readonly ClaimedDelivery[]): Promise<unknown> {
    const first = batch[0];
    if (first === undefined) return null;
    try {
      await this.prepare();
      await this.producer.send(first.url, batch.map(({ messageKey, body }) => ({ key: messageKey, value: body, headers: HEADERS })));
      this.awaySince = this.missingSince = null;
      return null;
    } catch (error) {
      if (isOfTheRecord(error)) return error;
      this.awaySince ??= Date.now();
      // A refusal (of the password, of the right to write) is over when a message is taken, not when Kafka answers.
      if (isAway(error)) this.probeLater();
      if (isMissingTopic(error)) this.missing();
      return error;
    }
  }

  private missing(): void {
    this.missingSince ??= Date.now();
    if (Date.now() - this.missingSince < MISSING_MS) return;
    this.missingSince = null;
    this.prepared = null; // the next batch creates them
  }

  /** Health must turn green again even when nothing more is to be sent. */
  private probeLater(): void {
    if (this.probe !== null || this.closed) return;
    this.probe = setTimeout(() => {
      this.probe = null;
      if (this.awaySince === null) return;
      this.admin.describe().then(
        () => {
          if (this.missingSince === null) this.awaySince = null;
        },
        () => this.probeLater(),
      );
    }, PROBE_MS);
  }
}

const DELIVERED: DeliveryAnswer = { outcome: 'delivered', answer: 'acknowledged by Kafka', status: null };

function failed(error: unknown): DeliveryAnswer {
  return { outcome: 'retry', answer: oneLine(explain(error)), status: null, afterMs: null };
}

function isAway(error: unknown): boolean {
  return error instanceof SendTimeout || error instanceof ProducerFull || isKafkaOutage(error);
}
