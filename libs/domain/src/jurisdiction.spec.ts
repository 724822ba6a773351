import { bodyChain, findJurisdiction, policeBodyAt, responsibleNow, unitChain, usableReceivers, usableWebhooks } from './jurisdiction';
import { localDate, type AdminUnit, type PoliceBody, type Registry, type Site } from './registry';
import { at, BODIES, body, DAI_LAI, REGISTRY, registry, SUCCESSIONS, TOPICS, UNITS, webhook } from './sample.spec-support';

const where = (r: Registry, site: Site, moment: string): { body: string; unit: string; units: string[]; note: string | undefined } => {
  const found = policeBodyAt(r, site, at(moment));
  return {
    body: found.body.id,
    unit: `${found.unit.code} ${found.unit.name}`,
    units: unitChain(r, found.unit, localDate(at(moment))).map((unit) => unit.name),
    note: found.note?.rule,
  };
};

describe('the shore of Đại Lải, on three dates', () => {
  it('2025-02-28: xã Ngọc Thanh, thành phố Phúc Yên, tỉnh Vĩnh Phúc', () => {
    expect(where(REGISTRY, DAI_LAI, '2025-02-28 23:59')).toEqual({
      body: 'ca-ngoc-thanh', unit: '08749 Xã Ngọc Thanh', units: ['Xã Ngọc Thanh', 'Thành phố Phúc Yên', 'Tỉnh Vĩnh Phúc'], note: undefined,
    });
  });
  it('2025-03-15: xã Ngọc Thanh, no district any more, tỉnh Vĩnh Phúc', () => {
    expect(where(REGISTRY, DAI_LAI, '2025-03-15 12:00')).toEqual({ body: 'ca-ngoc-thanh', unit: '08749 Xã Ngọc Thanh', units: ['Xã Ngọc Thanh', 'Tỉnh Vĩnh Phúc'], note: undefined });
  });
  it('2025-07-01: phường Xuân Hòa, tỉnh Phú Thọ', () => {
    expect(where(REGISTRY, DAI_LAI, '2025-07-01 00:00')).toEqual({ body: 'ca-xuan-hoa', unit: '08746 Phường Xuân Hòa', units: ['Phường Xuân Hòa', 'Tỉnh Phú Thọ'], note: undefined });
  });

  it('what occurred on 2025-06-30 and arrives on 2025-07-02 belongs to the old body and is delivered to its successor', () => {
    const { body: occurredWith, note } = policeBodyAt(REGISTRY, DAI_LAI, at('2025-06-30 23:59'));
    expect([occurredWith.id, note]).toEqual(['ca-ngoc-thanh', null]);
    expect(responsibleNow(REGISTRY, occurredWith.id, at('2025-07-02 08:00')).id).toBe('ca-xuan-hoa');
    expect(responsibleNow(REGISTRY, occurredWith.id, at('2025-06-30 23:59')).id).toBe('ca-ngoc-thanh');
    expect(responsibleNow(REGISTRY, occurredWith.id, at('2025-07-01 00:00')).id).toBe('ca-xuan-hoa');
  });

  it('days begin at midnight in Việt Nam, not in Greenwich', () => {
    expect(policeBodyAt(REGISTRY, DAI_LAI, Date.parse('2025-06-30T16:59:59.999Z')).body.id).toBe('ca-ngoc-thanh');
    expect(policeBodyAt(REGISTRY, DAI_LAI, Date.parse('2025-06-30T17:00:00Z')).body.id).toBe('ca-xuan-hoa');
  });

  it('the code 08746 named another ward before: the site is not taken for it', () => {
    const withOldWard = registry({ bodies: [...BODIES, body('ca-xuan-hoa-cu', '08746', { validTo: '2025-07-01' })] });
    expect(policeBodyAt(withOldWard, DAI_LAI, at('2025-06-30 12:00')).body.id).toBe('ca-ngoc-thanh');
  });
});

describe('a site given with its unit of today', () => {
  const site: Site = { ...DAI_LAI, unitCode: '08746', unitAsOf: '2026-11-01' };

  it('had four predecessors: for an earlier day the body in force is taken, and a reason says so', () => {
    const found = policeBodyAt(REGISTRY, site, at('2025-06-30 12:00'));
    expect([found.body.id, found.unit.validFrom]).toEqual(['ca-xuan-hoa', '2025-07-01']);
    expect(found.note).toEqual({
      rule: 'jurisdiction-several-predecessors',
      text: {
        vi: 'Địa bàn được sáp nhập từ nhiều đơn vị, chưa rõ ngày xảy ra thuộc đơn vị nào: tạm giao cơ quan Công an đang phụ trách',
        en: 'The area was merged from several units and it is not known which one held the site that day: the body in force was taken',
      },
    });
  });

  it('with one predecessor it is followed backward', () => {
    const only = registry({ successions: SUCCESSIONS.filter((s) => s.fromCode === '08749') });
    expect(where(only, site, '2025-06-30 12:00')).toMatchObject({ body: 'ca-ngoc-thanh', unit: '08749 Xã Ngọc Thanh', note: undefined });
    expect(where(only, site, '2025-01-01 12:00').units).toEqual(['Xã Ngọc Thanh', 'Thành phố Phúc Yên', 'Tỉnh Vĩnh Phúc']);
  });

  it('without a recorded predecessor the body in force is taken', () => {
    expect(where(registry({ successions: [] }), site, '2025-06-30 12:00')).toMatchObject({ body: 'ca-xuan-hoa', note: 'jurisdiction-body-not-recorded' });
  });
});

describe('gaps in the record', () => {
  it('a unit whose body began later', () => {
    const late = registry({ bodies: BODIES.map((b) => (b.id === 'ca-xuan-hoa' ? { ...b, validFrom: '2025-07-10' } : b)) });
    expect(where(late, DAI_LAI, '2025-07-05 12:00')).toMatchObject({ body: 'ca-ngoc-thanh', note: 'jurisdiction-body-not-recorded' });
    expect(where(late, DAI_LAI, '2025-07-10 12:00')).toMatchObject({ body: 'ca-xuan-hoa', note: undefined });
  });

  it('a unit that ended without a successor', () => {
    expect(where(registry({ successions: [] }), { ...DAI_LAI, unitAsOf: '2025-06-30' }, '2025-07-05 12:00')).toMatchObject({ body: 'ca-ngoc-thanh', note: 'jurisdiction-body-not-recorded' });
  });

  it('a unit that was divided: forward there are several', () => {
    const halves = registry({
      units: [...UNITS, { code: '99999', name: 'Xã Mới', level: 'commune', parentCode: '25', validFrom: '2025-07-01', validTo: null }],
      successions: [...SUCCESSIONS, { fromCode: '08749', fromValidFrom: '2025-03-01', toCode: '99999', toValidFrom: '2025-07-01', on: '2025-07-01' }],
    });
    expect(where(halves, DAI_LAI, '2025-07-05 12:00')).toMatchObject({ body: 'ca-ngoc-thanh', note: 'jurisdiction-several-successors' });
  });

  it('an old unit without a body of its own is answered for by the first successor that has one', () => {
    const onlyNew = registry({ bodies: BODIES.filter((b) => b.id !== 'ca-ngoc-thanh') });
    expect(where(onlyNew, DAI_LAI, '2025-06-30 12:00')).toMatchObject({ body: 'ca-xuan-hoa', unit: '08746 Phường Xuân Hòa', note: 'jurisdiction-body-not-recorded' });
  });

  it('a unit whose body begins after the day on which the site was given', () => {
    const late = registry({ bodies: BODIES.map((b) => (b.id === 'ca-xuan-hoa' ? { ...b, validFrom: '2025-07-10' } : b)) });
    const site: Site = { ...DAI_LAI, unitCode: '08746', unitAsOf: '2025-07-05' };
    expect(where(late, site, '2025-07-05 12:00')).toMatchObject({ body: 'ca-xuan-hoa', note: 'jurisdiction-body-not-recorded' });
    const ended = registry({ bodies: [body('before', '08746', { validTo: '2025-07-05' })] });
    expect(findJurisdiction(ended, site, at('2025-07-05 12:00'))).toBeNull();
  });

  it('a divided unit without a body: the first of its parts, by code, whatever the order of the rows', () => {
    const units = [...UNITS, ...['99998', '99999'].map((code): AdminUnit => ({ code, name: code, level: 'commune', parentCode: '25', validFrom: '2025-07-01', validTo: null }))];
    const successions = ['99999', '99998'].map((toCode) => ({ fromCode: '08752', fromValidFrom: '2025-03-01', toCode, toValidFrom: '2025-07-01', on: '2025-07-01' }));
    const bodies = [body('b9', '99999'), body('b8', '99998')];
    for (const rows of [successions, [...successions].reverse()]) {
      expect(where(registry({ units, successions: rows, bodies }), { ...DAI_LAI, unitCode: '08752' }, '2025-06-30 12:00')).toMatchObject({ body: 'b8', note: 'jurisdiction-body-not-recorded' });
    }
  });

  it('a body of the same code in another time is not taken, neither an earlier nor a later one', () => {
    const oldWard = registry({ bodies: [...BODIES.filter((b) => b.id !== 'ca-ngoc-thanh'), body('a-xuan-hoa-cu', '08746', { validTo: '2025-07-01' })] });
    expect(where(oldWard, DAI_LAI, '2025-06-30 12:00')).toMatchObject({ body: 'ca-xuan-hoa', note: 'jurisdiction-body-not-recorded' });
    const ofOldWard = findJurisdiction(REGISTRY, { ...DAI_LAI, unitCode: '08746', unitAsOf: '2025-02-01' }, at('2025-02-01 12:00'));
    expect([ofOldWard?.body.id, ofOldWard?.unit.validFrom, ofOldWard?.note]).toEqual(['ca-xuan-hoa', '2025-07-01', 'body-not-recorded']);
  });

  it('a province body of the same code does not stand before the commune body', () => {
    const both = registry({ bodies: [...BODIES, body('a-province', '08746', { level: 'province' })] });
    expect(where(both, DAI_LAI, '2025-07-05 12:00')).toMatchObject({ body: 'ca-xuan-hoa', note: undefined });
  });

  it('a site that was never checked: no unit, or no body at all', () => {
    expect(() => policeBodyAt(REGISTRY, { ...DAI_LAI, unitCode: '00000' }, at('2025-07-05 12:00'))).toThrow('Site dai-lai: no police body is recorded for unit 00000 as of 2025-06-30.');
    expect(findJurisdiction(registry({ bodies: [] }), DAI_LAI, at('2025-07-05 12:00'))).toBeNull();
  });
});

describe('bodies whose units nobody recorded', () => {
  const bodies = [
    body('old', '1', { validTo: '2025-07-01' }),
    body('new', '2', { successorOf: ['old'], validFrom: '2025-07-01', parentId: 'top' }),
    body('top', '9', { level: 'province' }),
  ];
  const bare = registry({ units: [], successions: [], bodies });

  it('stand for their units, and their successions for those of the units', () => {
    const site: Site = { ...DAI_LAI, unitCode: '2', unitAsOf: '2026-01-01' };
    expect(where(bare, site, '2025-08-01 00:00')).toMatchObject({ body: 'new', note: undefined });
    expect(where(bare, site, '2025-06-30 00:00')).toMatchObject({ body: 'old', note: undefined });
    expect(where(bare, { ...site, unitCode: '1', unitAsOf: '2025-01-01' }, '2025-08-01 00:00')).toMatchObject({ body: 'new', note: undefined });
  });

  it('may leave open when they began: the one before says when it ended', () => {
    const dated = registry({ units: [], successions: [], bodies: [body('old', '1', { validTo: '2025-07-01' }), body('new', '2', { successorOf: ['old'] })] });
    expect(where(dated, { ...DAI_LAI, unitCode: '1', unitAsOf: '2025-01-01' }, '2025-08-01 00:00')).toMatchObject({ body: 'new', note: undefined });
  });

  it('end a walk even where their successions turn in a circle', () => {
    const circle = registry({ units: [], successions: [], bodies: [body('a', '1', { validTo: '2020-01-01', successorOf: ['b'] }), body('b', '2', { validFrom: '2019-01-01', validTo: '2020-01-01', successorOf: ['a'] })] });
    const site: Site = { ...DAI_LAI, unitCode: '1', unitAsOf: '2018-01-01' };
    expect(where(circle, site, '2025-08-01 00:00')).toMatchObject({ body: 'a', note: 'jurisdiction-body-not-recorded' });
    expect(where(circle, { ...site, unitCode: '2', unitAsOf: '2019-06-01' }, '2010-08-01 00:00')).toMatchObject({ body: 'a', note: undefined });
  });

  it('do not add to the successions of units that are recorded', () => {
    const mixed = registry({ bodies: BODIES.map((b) => (b.id === 'ca-xuan-hoa' ? { ...b, successorOf: ['ca-ngoc-thanh', 'gone'] } : b)) });
    expect(where(mixed, DAI_LAI, '2025-07-05 12:00')).toMatchObject({ body: 'ca-xuan-hoa', note: undefined });
  });
});

describe('who is responsible now', () => {
  const now = at('2026-11-01 12:00');
  const of = (bodies: PoliceBody[], id: string): string => responsibleNow(registry({ bodies }), id, now).id;

  it('follows several successions', () => {
    expect(of([body('a', '1', { validTo: '2020-01-01' }), body('b', '2', { successorOf: ['a'], validFrom: '2020-01-01', validTo: '2025-07-01' }), body('c', '3', { successorOf: ['b'] })], 'a')).toBe('c');
  });
  it('of several successors takes the one in force, else the first by id', () => {
    const a = body('a', '1', { validTo: '2020-01-01' });
    const ended = body('b', '2', { successorOf: ['a'], validFrom: '2020-01-01', validTo: '2021-01-01' });
    expect(of([a, ended, body('c', '3', { successorOf: ['a'], validFrom: '2020-01-01' })], 'a')).toBe('c');
    expect(of([a, body('y', '3', { successorOf: ['a'], validFrom: '2020-01-01' }), body('x', '4', { successorOf: ['a'], validFrom: '2020-01-01' })], 'a')).toBe('x');
  });
  it('stays with the last body where nothing follows, and with one that has not begun', () => {
    expect(of([body('a', '1', { validTo: '2020-01-01' })], 'a')).toBe('a');
    expect(of([body('a', '1', { validFrom: '2030-01-01' })], 'a')).toBe('a');
  });
  it('ends even where successions turn in a circle', () => {
    expect(of([body('a', '1', { validTo: '2020-01-01', successorOf: ['b'] }), body('b', '2', { validTo: '2020-01-01', successorOf: ['a'] })], 'a')).toBe('b');
  });
  it('refuses an id that is in no row', () => {
    expect(() => of([], 'nobody')).toThrow('Police body nobody is not recorded.');
  });
});

describe('the way up', () => {
  const now = at('2026-11-01 12:00');
  it('leads from the commune to the province', () => {
    expect(bodyChain(REGISTRY, 'ca-xuan-hoa', now).map((b) => b.id)).toEqual(['ca-xuan-hoa', 'ca-phu-tho']);
    expect(bodyChain(REGISTRY, 'ca-ngoc-thanh', now).map((b) => b.id)).toEqual(['ca-xuan-hoa', 'ca-phu-tho']);
    expect(bodyChain(REGISTRY, 'ca-phu-tho', now).map((b) => b.id)).toEqual(['ca-phu-tho']);
  });
  it('takes for a parent of the past the one that answers for it now', () => {
    const bodies = [
      body('commune', '1', { parentId: 'old-province' }),
      body('old-province', '8', { level: 'province', validTo: '2025-07-01' }),
      body('new-province', '9', { level: 'province', successorOf: ['old-province'] }),
    ];
    expect(bodyChain(registry({ bodies }), 'commune', now).map((b) => b.id)).toEqual(['commune', 'new-province']);
  });
  it('ends where parents turn in a circle or are not recorded', () => {
    expect(bodyChain(registry({ bodies: [body('a', '1', { parentId: 'b' }), body('b', '2', { parentId: 'a' })] }), 'a', now)).toHaveLength(2);
    expect(bodyChain(registry({ bodies: [body('a', '1', { parentId: 'gone' })] }), 'a', now)).toHaveLength(1);
  });
});

describe('who gets a message', () => {
  const now = at('2026-11-01 12:00');
  const receivers = [
    webhook('off', 'ca-xuan-hoa', { disabled: true }), webhook('duty', 'ca-xuan-hoa'), webhook('drill', 'ca-xuan-hoa', { takesTest: true }),
    webhook('old', 'ca-ngoc-thanh'), webhook('province', 'ca-phu-tho'), ...TOPICS,
  ];
  const ids = (escalation: number, status: 'Actual' | 'Exercise' | 'Test' = 'Actual', r = registry({ receivers })): string[] =>
    usableReceivers(r, { policeBodyId: 'ca-ngoc-thanh', escalation, status }, now).map((receiver) => receiver.id);

  it('the webhooks of the responsible body that are on, and the alert topic', () => {
    expect(ids(0)).toEqual(['duty', 'drill', 'topic:alert.raised']);
  });
  it('after escalation its parent too', () => {
    expect(ids(1)).toEqual(['duty', 'drill', 'province', 'topic:alert.raised']);
    expect(ids(9)).toEqual(ids(1));
  });
  it('an Exercise like an Actual, a Test only who takes tests', () => {
    expect(ids(1, 'Exercise')).toEqual(ids(1));
    expect(ids(1, 'Test')).toEqual(['drill', 'topic:alert.raised']);
  });
  it('a topic that is switched off gets nothing', () => {
    expect(ids(0, 'Actual', registry({ receivers: TOPICS.map((topic) => ({ ...topic, disabled: true })) }))).toEqual([]);
  });
  it('no usable webhook means that a body cannot be reached', () => {
    expect(usableWebhooks(registry({ receivers }), 'ca-xuan-hoa', 'Actual')).toHaveLength(2);
    expect(usableWebhooks(registry({ receivers }), 'ca-phu-tho', 'Test')).toEqual([]);
    expect(usableWebhooks(REGISTRY, 'ca-ngoc-thanh', 'Actual')).toEqual([]);
  });
});
