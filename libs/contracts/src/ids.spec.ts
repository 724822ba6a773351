import fc from 'fast-check';
import { validate, version } from 'uuid';
import { alertId, deliveryId, incidentId, incidentIdFloor, receiptId } from './ids';

const instant = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const thread = { source: '/sites/dai-lai/security', siteId: 'dai-lai', status: 'Actual', firstId: 'e-1' } as const;
const delivery = { source: thread.source, causeEventId: 'e-1', change: 'raised', escalation: 0, receiverId: 'r-1' } as const;

describe('incidentId', () => {
  it('never changes: it is the key of what is stored', () => {
    expect(incidentId('/sites/dai-lai/security', 'e-1', Date.UTC(2026, 1, 14, 14, 30))).toBe('019c5c8e-fa40-88fd-b83b-bcfbc94eb688');
  });

  it('is a UUID of version 8 that sorts by time, and begins at its floor', () => {
    fc.assert(
      fc.property(instant, instant, fc.string(), fc.string(), (a, b, source, eventId) => {
        const id = incidentId(source, eventId, a);
        expect([validate(id), version(id)]).toEqual([true, 8]);
        expect(id >= incidentIdFloor(b)).toBe(a >= b);
      }),
    );
  });

  it('differs where source or event id differ', () => {
    expect(incidentId('a', 'bc', 0)).not.toBe(incidentId('ab', 'c', 0));
  });

  it.each([-1, 1.5, 2 ** 60])('is still one for the instant %p', (at) => {
    expect(validate(incidentId('a', 'b', at))).toBe(true);
  });
});

describe('derived ids', () => {
  it('never change: a restored database must send the same ones', () => {
    expect([alertId(thread), deliveryId(delivery), receiptId({ topic: 'incident.reported', partition: 2, generation: 1, offset: 1_842 })]).toEqual([
      '6448e4bc-7e4f-5002-ae43-e95541e5a72d',
      '434844ca-356e-5081-b52a-89060b4f26b1',
      'd1724d98-0b82-5d5a-b388-098dcfe2632b',
    ]);
  });

  it('differ where any part differs', () => {
    const ids = [
      alertId(thread),
      alertId({ ...thread, status: 'Test' }),
      alertId({ ...thread, siteId: 'dai-la', firstId: 'ie-1' }),
      deliveryId(delivery),
      deliveryId({ ...delivery, change: 'updated' }),
      deliveryId({ ...delivery, escalation: 1 }),
      deliveryId({ ...delivery, receiverId: 'r-2' }),
      deliveryId({ ...delivery, causeEventId: 'e-2' }),
      deliveryId({ ...delivery, causeEventId: 'e-1","raised' }),
      receiptId({ topic: 't', partition: 1, generation: 1, offset: 11 }),
      receiptId({ topic: 't', partition: 1, generation: 11, offset: 1 }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(version(id)).toBe(5);
  });
});
