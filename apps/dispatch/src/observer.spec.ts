import { Writable } from 'node:stream';
import type { ClaimedDelivery } from '@vong-gac/database';
import { createLogger, createMetrics, type DeliveryAnswer } from '@vong-gac/runtime';
import { Observer } from './observer';

const DELIVERY: ClaimedDelivery = {
  id: 'd', kind: 'alert', attempt: 1, alertId: 'a', policeBodyId: 'b', receiverId: 'r', receiverKind: 'webhook', bodyId: 'b',
  url: 'https://police.example/secret-path', secret: 'whsec_secret', messageKey: 'b', body: '{}', createdAt: new Date(0),
};

function setUp(kafkaAway: number | null = null) {
  const lines: string[] = [];
  const sink = new Writable({ write: (chunk: Buffer, _encoding, done) => (lines.push(chunk.toString()), done()) });
  const metrics = createMetrics('dispatch');
  const observer = new Observer(createLogger('dispatch', 'debug', sink), metrics, () => kafkaAway);
  return { observer, lines, metrics };
}

describe('Observer', () => {
  it('names alerts that nobody can be told about once a minute, and not once there are none', () => {
    const { observer, lines } = setUp();
    const lost = { count: 3, oldest: [{ id: 'a-1', siteId: 'dai-lai', policeBodyId: 'ca-x', raisedAt: new Date(0) }] };
    for (const now of [0, 30_000, 59_999, 60_000, 119_999]) observer.openAlerts(lost, new Date(0), now);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('a-1 (site dai-lai, body ca-x, raised 1970-01-01T00:00:00.000Z) and 2 more');
    observer.openAlerts({ count: 0, oldest: [] }, null, 500_000);
    expect(lines).toHaveLength(2);
  });

  it('says once that a receiver fails, and once that it works again', () => {
    const { observer, lines } = setUp();
    const answers: DeliveryAnswer[] = [
      { outcome: 'retry', answer: '500 Internal Server Error', status: 500, afterMs: null },
      { outcome: 'retry', answer: '500 Internal Server Error', status: 500, afterMs: null },
      { outcome: 'delivered', answer: '204 No Content', status: 204 },
      { outcome: 'delivered', answer: '204 No Content', status: 204 },
    ];
    for (const answer of answers) observer.answered(DELIVERY, answer, 5);
    expect(lines.filter((line) => line.includes('"warn"'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('takes messages again'))).toHaveLength(1);
    expect(lines.join()).not.toMatch(/secret/);
  });

  it('counts answers in few classes, whatever is answered', async () => {
    const { observer, metrics } = setUp();
    for (const status of [301, 404, 429, 500, 599, null]) observer.answered(DELIVERY, { outcome: 'retry', answer: '', status, afterMs: null }, 1);
    observer.answered(DELIVERY, { outcome: 'refused', answer: '', status: 410 }, 1);
    const text = await metrics.metrics();
    const classes = [...text.matchAll(/attempts_total\{receiver_kind="webhook",answer="([^"]+)"/g)].map((match) => match[1]);
    expect(classes.sort()).toEqual(['3xx', '429', '4xx', '5xx', 'no-answer', 'refused']);
  });

  it('is ready when both loops have reached Postgres and nothing is away', () => {
    const { observer } = setUp();
    expect(observer.ready().ok).toBe(false);
    observer.databaseAnswered('deliveries');
    expect(observer.ready().reasons).toEqual(['starts: open alerts not read yet']);
    observer.databaseAnswered('open alerts');
    expect(observer.ready()).toEqual({ ok: true, reasons: [] });
    observer.databaseAway('deliveries', new Error('gone'));
    expect(observer.ready().reasons).toEqual([expect.stringContaining('Postgres is away since')]);
    expect(observer.live().ok).toBe(true);
    expect(setUp(0).observer.ready().reasons).toContain('Kafka takes nothing since 1970-01-01T00:00:00.000Z: webhooks go on, the topics wait');
  });
});
