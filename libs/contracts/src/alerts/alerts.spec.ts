import fc from 'fast-check';
import { ALERT_TOPIC, anIncident, BODY, contentOf, deliveryInput, receiptOfDefects, receiptOfRejection, stateOf, WEBHOOK } from '../fixtures/alerts';
import { incidentData } from '../fixtures/arbitraries';
import { incidentRecord, RECEIVED_AT } from '../fixtures/records';
import { decode } from '../decode/decode';
import { deliveryId } from '../ids';
import { MAX_ALERT_BODY_BYTES } from '../limits';
import { alertData, alertDeliveries } from './delivery';
import { alertInVietnamese } from './vietnamese';

const incident = anIncident();

describe('alertContent', () => {
  it('says what, where, why and how many guests', () => {
    expect(contentOf(incident)).toMatchObject({
      headline: { vi: 'Đánh nhau: Sân khấu, Khu nghỉ dưỡng hồ Đại Lải (mức nguy cấp)', en: 'Fight: Sân khấu, Khu nghỉ dưỡng hồ Đại Lải (critical)' },
      incident: { eventId: 'e-1', category: { code: 'violence.fight', vi: 'Đánh nhau', en: 'Fight' }, occurredAt: '2026-02-14T14:30:00.000Z', defects: [] },
      site: { id: 'dai-lai', phone: '0211 000 555', lat: 21.33, lon: 105.715 },
      zone: { id: 'stage', name: 'Sân khấu' },
      occupancy: { count: 1_240, capacity: 1_300, measuredAt: '2026-02-14T14:29:00.000Z' },
      policeBody: { id: 'ca-xuan-hoa', name: 'Công an phường Xuân Hòa', phone: '0211 000 113' },
    });
  });

  it('takes the place of the event before that of the site, and an unregistered zone as it is', () => {
    const elsewhere = contentOf(anIncident({ location: { lat: 21.34, lon: 105.72 }, zone: 'cổng sau' }));
    expect(elsewhere).toMatchObject({ site: { lat: 21.34, lon: 105.72 }, zone: { id: 'cổng sau', name: 'cổng sau' }, occupancy: null });
  });

  it.each([
    ['Exercise', '[DIỄN TẬP] Đánh nhau', '[EXERCISE] Fight'],
    ['Test', '[THỬ] Đánh nhau', '[TEST] Fight'],
  ])('marks what is not real: %s', (status, vi, en) => {
    expect(contentOf(anIncident({ status })).headline).toEqual({ vi: expect.stringMatching(new RegExp(`^${vi.replaceAll(/[[\]]/g, '\\$&')}`)), en: expect.stringContaining(en) });
  });

  it('survives its column', () => {
    expect(JSON.parse(JSON.stringify(contentOf(incident)))).toEqual(contentOf(incident));
  });
});

describe('alertDeliveries', () => {
  it('writes the same message to each receiver under an id of its own', () => {
    const [webhook, topic] = alertDeliveries(deliveryInput(incident)).map((delivery) => ({ ...delivery, body: JSON.parse(delivery.body) as unknown }));
    const id = deliveryId({ source: incident.source, causeEventId: 'e-1', change: 'raised', escalation: 0, receiverId: 'r-1' });
    expect(webhook).toMatchObject({ id, kind: 'alert', receiverId: WEBHOOK.id, change: 'raised', revision: 1, escalation: 0, raiseEventId: 'e-1', messageKey: BODY.id, body: { id, type: 'vn.vonggac.alert.raised.v1', time: '2026-02-14T15:00:00.000Z' } });
    expect(topic?.receiverId).toBe(ALERT_TOPIC.id);
    expect(topic?.id).not.toBe(id);
    expect(topic?.body).toEqual({ ...Object(webhook?.body), id: topic?.id });
  });

  it('is the same again from the same input, and nothing without receivers', () => {
    expect(alertDeliveries(deliveryInput(incident))).toEqual(alertDeliveries(deliveryInput(incident)));
    expect(alertDeliveries(deliveryInput(incident, { receivers: [] }))).toEqual([]);
  });

  it('carries what the contract lists, and nothing else', () => {
    expect(Object.keys(alertData(deliveryInput(incident)))).toEqual([
      'alertId', 'change', 'revision', 'level', 'escalation', 'status', 'alertStatus', 'raisedAt', 'acknowledgeBy', 'policeBodyId', 'deliveredToBodyId',
      'headline', 'reasons', 'incident', 'site', 'zone', 'occupancy', 'link',
    ]);
  });

  it('stays within its size, whatever the incident says', () => {
    const fits = ({ body }: { body: string }): boolean => Buffer.byteLength(body) <= MAX_ALERT_BODY_BYTES;
    const worst = anIncident({ description: '\u0001'.repeat(4_000), zone: '\u0001'.repeat(200), injured: 'x', involved: 'y', evidence: [{}, {}, {}], weapon: 'z' }, { source: '\u2028'.repeat(256), id: '\u2029'.repeat(256) });
    expect(alertDeliveries(deliveryInput(worst)).every(fits)).toBe(true);
    fc.assert(
      fc.property(incidentData, (data) => {
        const decoded = decode(incidentRecord(data));
        if (decoded.outcome === 'rejection' || decoded.event.kind !== 'incident' || decoded.event.siteId !== 'dai-lai') return;
        expect(alertDeliveries(deliveryInput(decoded.event)).every(fits)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('cuts the description first, and says that it did', () => {
    const long = anIncident({ description: '🔥'.repeat(4_000) });
    const { description } = alertData(deliveryInput(long)).incident;
    expect(description).toBe(`${'🔥'.repeat(1_500)}…`);
  });
});

describe('receiptDelivery', () => {
  it('tells the publisher what was wrong, under an id of the record’s place', () => {
    expect(JSON.parse(receiptOfRejection().body)).toMatchObject({ id: receiptOfRejection().id, type: 'vn.vonggac.event.receipt.v1', data: { source: '/sites/dai-lai/security', outcome: 'rejected', reason: 'invalid-data', topic: 'incident.reported', partition: 2, offset: 1_842 } });
    expect(JSON.parse(receiptOfDefects().body)).toMatchObject({ data: { eventId: 'e-1', outcome: 'accepted-with-defects', defects: [{ path: '/injured' }] } });
    expect(receiptOfRejection()).toMatchObject({ kind: 'receipt', receiverId: 'topic:event.receipt', messageKey: '/sites/dai-lai/security', alertId: null });
  });
});

describe('alertInVietnamese', () => {
  it('reads as an officer would read it', () => {
    expect(alertInVietnamese(alertData(deliveryInput(incident)))).toBe(
      [
        'TIN BÁO MỚI · Đánh nhau: Sân khấu, Khu nghỉ dưỡng hồ Đại Lải (mức nguy cấp)',
        'Mức độ: NGUY CẤP',
        'Nơi xảy ra: Sân khấu, Khu nghỉ dưỡng hồ Đại Lải (21.33000, 105.71500)',
        'Lúc: 21:30 ngày 14/02/2026, báo lúc 21:34 ngày 14/02/2026',
        'Tình hình: 1 người bị thương, 7 người liên quan, không có hung khí, xác nhận có người',
        'Nội dung: Hai nhóm khách xô xát cạnh sân khấu, một người chảy máu đầu.',
        `Vì sao: ${contentOf(incident).reasons.map(({ text }) => text.vi).join('; ')}`,
        'Số khách: 1.240 trên sức chứa 1.300 (95 %), đếm lúc 21:29 ngày 14/02/2026',
        'Liên hệ: Khu nghỉ dưỡng hồ Đại Lải, điện thoại 0211 000 555',
        'Cần tiếp nhận trước: 22:03 ngày 14/02/2026',
        'Tiếp nhận tại: https://vong-gac.example/a/' + deliveryInput(incident).alertId,
      ].join('\n'),
    );
  });

  it('says what changed, and that the crowd is not known', () => {
    const bare = anIncident({ zone: null, description: null, injured: 0, involved: null, weapon: true, verification: null, reportedAt: null });
    const state = { ...stateOf(bare), revision: 3, escalation: 1, alertStatus: 'acknowledged' } as const;
    const said = alertInVietnamese(alertData(deliveryInput(bare, { content: contentOf(bare, false), change: 'acknowledged', state })));
    expect(said).toContain('ĐÃ TIẾP NHẬN · Đánh nhau: Khu nghỉ dưỡng hồ Đại Lải');
    expect(said).toContain('Mức độ: NGUY CẤP (đã chuyển cấp trên, lần 1)');
    expect(said).toContain('Tình hình: không có người bị thương, CÓ HUNG KHÍ\n');
    expect(said).toContain('Số khách: chưa có số liệu');
    expect(said).toContain('Xem tại: ');
    expect(said).not.toMatch(/Nội dung|Cần tiếp nhận|báo lúc/);
  });

  it('lets no text of a publisher look like a line of ours, or steer a terminal', () => {
    const sly = anIncident({ description: 'Cháy\u001b[2J\r\nLiên hệ: 0900\u202e' });
    const said = alertInVietnamese(alertData(deliveryInput(sly)));
    expect(said).toContain('Nội dung: Cháy [2J Liên hệ: 0900 \n');
    expect(said.split('\n').filter((line) => line.startsWith('Liên hệ'))).toHaveLength(1);
  });

  it('says when a later report made it graver', () => {
    const state = { ...stateOf(incident), revision: 2, raisedRevision: 2 };
    expect(alertInVietnamese(alertData(deliveryInput(incident, { state, now: RECEIVED_AT })))).toMatch(/^NÂNG MỨC · /);
  });
});
