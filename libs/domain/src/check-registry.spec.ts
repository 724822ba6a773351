import { checkRegistry, type RegistryProblem } from './check-registry';
import type { AdminUnit, PoliceBody, Registry, Site } from './registry';
import { isDay } from './registry';
import { BODIES, body, DAI_LAI, REGISTRY, registry, SUCCESSIONS, TOPICS, UNITS, webhook, ZONES } from './sample.spec-support';

const problems = (r: Registry): string[] => checkRegistry(r).map((p: RegistryProblem) => `${p.file} ${p.key}: ${p.problem}`);
const withSite = (more: Partial<Site>): Registry => registry({ sites: [{ ...DAI_LAI, ...more }] });
const withBody = (...more: PoliceBody[]): Registry => registry({ bodies: [...BODIES, ...more] });
const withUnit = (more: Partial<AdminUnit>): Registry =>
  registry({ units: [...UNITS, { code: '99999', name: 'Xã Mới', level: 'commune', parentCode: null, validFrom: null, validTo: null, ...more }] });

it('the sample is sound', () => {
  expect(problems(REGISTRY)).toEqual([]);
});

it('an event of a site that is not there, or that ends before it begins', () => {
  const event = (siteId: string, from: string, to: string) => new Map([[siteId, [{ siteId, from, to, name: 'Đêm nhạc' }]]]);
  expect(problems(registry({ siteEvents: event('dai-lai', '2026-04-25', '2026-04-25') }))).toEqual([]);
  expect(problems(registry({ siteEvents: event('nowhere', '2026-04-25', '2026-04-26') }))).toEqual(['events nowhere/2026-04-25: its site nowhere is not recorded.']);
  expect(problems(registry({ siteEvents: event('dai-lai', '2026-04-25', '2026-04-24') }))).toEqual(['events dai-lai/2026-04-25: it ends (2026-04-24) before it begins (2026-04-25): the last day counts, too.']);
});

it('a registry without units is sound: its bodies stand for them', () => {
  expect(problems(registry({ units: [], successions: [] }))).toEqual([]);
});

describe('sites', () => {
  it('whose unit has no body', () => {
    expect(problems(withSite({ unitCode: '08752' }))).toEqual([]);
    expect(problems(registry({ receivers: [], bodies: BODIES.filter((b) => b.level === 'province') }))).toEqual(['sites dai-lai: its unit 08749 (Xã Ngọc Thanh) has no police body: add one to bodies first.']);
  });

  it('whose unit was not there on the day it is read', () => {
    expect(problems(withSite({ unitAsOf: '2026-11-01' }))).toEqual([
      'sites dai-lai: no unit 08749 is recorded as of 2026-11-01 (it is recorded for … to 2025-03-01, 2025-03-01 to 2025-07-01): correct unit_code or unit_as_of, or add the body of that unit.',
    ]);
    expect(problems(withSite({ unitCode: '1' }))).toEqual([
      'sites dai-lai: no unit 1 is recorded as of 2025-06-30 (it is not recorded at all): correct unit_code or unit_as_of, or add the body of that unit.',
    ]);
  });

  it('with a day, a point or a capacity that cannot be', () => {
    expect(problems(withSite({ unitAsOf: '2025-02-31' }))).toEqual(['sites dai-lai: unit_as_of 2025-02-31 is not a day: write YYYY-MM-DD.']);
    expect(problems(withSite({ lat: 91 }))).toEqual(['sites dai-lai: lat and lon must be WGS 84 degrees.']);
    expect(problems(withSite({ lon: NaN }))).toEqual(['sites dai-lai: lat and lon must be WGS 84 degrees.']);
    expect(problems(withSite({ capacity: 0 }))).toEqual(['sites dai-lai: its capacity must be above zero.']);
  });

  it('with an id that no event can name', () => {
    expect(problems(registry({ zones: [], publishers: new Map(), sites: [{ ...DAI_LAI, id: 'Đại Lải' }] }))).toEqual(['sites Đại Lải: its id must be 1–64 of a–z, 0–9 and -.']);
  });
});

describe('units', () => {
  it('whose intervals overlap: a code names one territory at a time', () => {
    expect(problems(registry({ units: [...UNITS, { code: '25', name: 'Tỉnh', level: 'province', parentCode: null, validFrom: '2026-01-01', validTo: null }] }))).toEqual([
      'units 25@2025-07-01: its interval overlaps that of 25@2026-01-01: a code names one territory at a time.',
      'units 25@2026-01-01: its interval overlaps that of 25@2025-07-01: a code names one territory at a time.',
    ]);
  });
  it('that follow each other do not overlap: the last day is not covered', () => {
    expect(problems(withUnit({ code: '26', validFrom: '2025-07-01' }))).toEqual([]);
  });
  it('that end before they begin, or on no day', () => {
    const end = (validTo: string): string => problems(withUnit({ validFrom: '2025-01-01', validTo }))[0] ?? '';
    expect(end('2025-01-01')).toContain('units 99999@2025-01-01: it ends (2025-01-01) before it begins (2025-01-01)');
    expect(end('30/06/2025')).toContain('valid_to 30/06/2025 is not a day');
    expect(problems(withUnit({ validFrom: '2025-13-01' }))[0]).toContain('valid_from 2025-13-01 is not a day');
  });
  it('below a unit that is not there in their time', () => {
    expect(problems(withUnit({ parentCode: '25', validTo: '2025-07-01' }))).toEqual(['units 99999@ever: its parent 25 is not recorded for that time: add it, or leave the parent empty.']);
    expect(problems(withUnit({ parentCode: '25' }))).toEqual([]);
  });
});

describe('successions', () => {
  const add = (more: Partial<(typeof SUCCESSIONS)[number]>): string[] =>
    problems(registry({ successions: [...SUCCESSIONS, { fromCode: '26', fromValidFrom: null, toCode: '25', toValidFrom: '2025-07-01', on: '2025-07-01', ...more }] }));
  it('from what ends on a day to what begins on it', () => {
    expect(add({})).toEqual([]);
    expect(add({ on: '2025-07-02' })).toEqual(['successions 26@ever → 25@2025-07-01: the unit before ends on 2025-07-01, not on 2025-07-02.']);
    expect(add({ fromCode: '25', fromValidFrom: '2025-07-01' })).toEqual(['successions 25@2025-07-01 → 25@2025-07-01: the unit before ends on no day, not on 2025-07-01.']);
    expect(add({ toCode: '244', toValidFrom: null })).toEqual(['successions 26@ever → 244@ever: the unit after begins on no day, not on 2025-07-01.']);
    expect(add({ toValidFrom: '2025-07-02' })).toEqual(['successions 26@ever → 25@2025-07-02: one of its units is not recorded with that code and valid_from.']);
  });
});

describe('bodies', () => {
  it('of which a unit has two at a time', () => {
    expect(problems(withBody(body('ca-khac', '08746', { validFrom: '2026-01-01' })))).toEqual([
      'bodies ca-xuan-hoa: its time overlaps that of ca-khac: a unit has one body of a level at a time. End the earlier one (valid_to).',
      'bodies ca-khac: its time overlaps that of ca-xuan-hoa: a unit has one body of a level at a time. End the earlier one (valid_to).',
    ]);
    expect(problems(withBody(body('tinh', '08746', { level: 'province' })))).toEqual([]);
  });
  it('whose unit is not there in their time', () => {
    expect(problems(withBody(body('x', '08747', { validFrom: '2025-07-01' })))).toEqual(['bodies x: unit 08747 does not exist in its time: correct valid_from, valid_to or unit_code.']);
    expect(problems(withBody(body('x', 'not recorded')))).toEqual([]);
  });
  it('with relations to nobody', () => {
    expect(problems(withBody(body('x', '1', { parentId: 'p', successorOf: ['s'] })))).toEqual(['bodies x: s, which it succeeds, is not recorded.', 'bodies x: its parent p is not recorded.']);
  });
  it('whose relations turn in a circle', () => {
    expect(problems(withBody(body('x', '1', { parentId: 'x' })))).toEqual(['bodies x: it is above itself: its parents turn in a circle.']);
    expect(problems(withBody(body('x', '1', { parentId: 'y' }), body('y', '2', { parentId: 'x' })))).toHaveLength(2);
    expect(problems(withBody(body('x', '1', { successorOf: ['y'] }), body('y', '2', { successorOf: ['z'] }), body('z', '3', { successorOf: ['x'] })))).toEqual(
      ['x', 'y', 'z'].map((id) => `bodies ${id}: it succeeds itself: the successions turn in a circle.`),
    );
  });
  it('that hang below a circle are not in it', () => {
    expect(problems(withBody(body('x', '1', { parentId: 'y' }), body('y', '2', { parentId: 'y' })))).toEqual(['bodies y: it is above itself: its parents turn in a circle.']);
  });
  it('that end before they begin', () => {
    expect(problems(withBody(body('x', '1', { validFrom: '2025-02-02', validTo: '2025-02-01' })))[0]).toContain('bodies x: it ends (2025-02-01) before it begins');
  });
});

describe('zones, publishers, receivers', () => {
  const zone = ZONES[0] ?? { siteId: '', id: '', name: '', areaM2: null, capacity: null, water: false, exitWidthM: null };
  it('zones', () => {
    const add = (more: Partial<typeof zone>): string[] => problems(registry({ zones: [{ ...zone, ...more }] }));
    expect(add({})).toEqual([]);
    expect(add({ siteId: 'nowhere' })).toEqual(['zones nowhere/beach: its site nowhere is not recorded.']);
    expect(add({ id: '' })).toEqual(['zones dai-lai/: it has no id.']);
    expect(add({ areaM2: 0 })).toEqual(['zones dai-lai/beach: area_m2 must be above zero; leave it empty where it is not known.']);
    expect(add({ capacity: NaN })).toEqual(['zones dai-lai/beach: its capacity must be above zero; leave it empty where it is not known.']);
  });
  it('publishers', () => {
    const add = (...sites: string[]): string[] => problems(registry({ publishers: new Map([['/p', { source: '/p', sites }]]) }));
    expect(add('*')).toEqual([]);
    expect(add('dai-lai', 'nowhere')).toEqual(['publishers /p: its site nowhere is not recorded.']);
    expect(add('*', 'dai-lai')).toEqual(['publishers /p: * stands for all sites: write it alone.']);
  });
  it('receivers', () => {
    const add = (more: Parameters<typeof webhook>[2]): string[] => problems(registry({ receivers: [webhook('r', 'ca-xuan-hoa', more), ...TOPICS] }));
    expect(add({})).toEqual([]);
    expect(add({ bodyId: 'nobody' })).toEqual(['receivers r: its body nobody is not recorded.']);
    expect(add({ bodyId: null })).toEqual(['receivers r: its body (none) is not recorded.']);
    expect(add({ kind: 'topic' })).toEqual(['receivers r: a topic belongs to no body.']);
  });
});

it('a day exists or it does not', () => {
  expect(['2025-02-28', '2024-02-29', '9999-12-31'].map(isDay)).toEqual([true, true, true]);
  expect(['2025-02-29', '2025-04-31', '2025-00-10', '2025-1-1', '', '2025-01-01T00:00:00Z', '+275760-09-13'].map(isDay)).toEqual(Array(7).fill(false));
});
