import { testAlert } from './test-alert';

const BODY = { id: 'ca-x', name: 'Công an phường X', unitCode: '1', level: 'commune', parentId: null, successorOf: [], phone: null, validFrom: null, validTo: null } as const;
const INPUT = { body: { ...BODY, successorOf: [] }, receiverId: 'r1', site: null, now: Date.UTC(2026, 10, 23), publicUrl: 'https://vg.example' };

describe('testAlert', () => {
  it('says in both languages that it is a test, and has the status of one', () => {
    const { id, body } = testAlert(INPUT);
    const event = JSON.parse(body);
    expect(event).toMatchObject({ specversion: '1.0', id, type: 'vn.vonggac.alert.raised.v1', data: { status: 'Test', change: 'raised', deliveredToBodyId: 'ca-x' } });
    expect(event.data.headline.vi).toMatch(/^\[THỬ\] .*Công an phường X/);
    expect(event.data.headline.en).toMatch(/^\[TEST\] /);
  });
  it('is a new message each time, and another for each receiver, about the same alert', () => {
    const ids = [testAlert(INPUT), testAlert({ ...INPUT, receiverId: 'r2' }), testAlert({ ...INPUT, now: INPUT.now + 1 })];
    expect(new Set(ids.map(({ id }) => id)).size).toBe(3);
    expect(JSON.parse(ids[0]?.body ?? '').data.alertId).toBe(JSON.parse(ids[1]?.body ?? '').data.alertId);
  });
});
