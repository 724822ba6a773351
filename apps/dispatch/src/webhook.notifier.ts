import type { ClaimedDelivery } from '@vong-gac/database';
import { WebhookSender, type DeliveryAnswer } from '@vong-gac/runtime';
import type { Notifier } from './notifier';

/** Every message by itself: a slow answer holds back nothing but its own delivery. */
export class WebhookNotifier implements Notifier {
  private readonly sender = new WebhookSender();

  batches(deliveries: readonly ClaimedDelivery[]): ClaimedDelivery[][] {
    return deliveries.map((delivery) => [delivery]);
  }

  async send(batch: readonly ClaimedDelivery[]): Promise<DeliveryAnswer[]> {
    return Promise.all(batch.map(({ url, secret, id, body }) => this.sender.send({ url, secret: secret ?? '', id, body, now: Date.now() })));
  }

  async close(): Promise<void> {
    await this.sender.close();
  }
}
