import { decode } from '@vong-gac/contracts';
import { slug } from './convert';
import { parseMap } from './map';
import { eventText, rowEvent, type RowOutcome } from './row-event';

const MAP = `
input: { zone: Asia/Ho_Chi_Minh, nulls: [NA, '-'] }
type: incident
source: /sites/dai-lai/security
id: { columns: [no], hash: 12 }
fields:
  siteId: { column: place, slug: { prefix: dl- }, default: dl-unknown }
  category: { column: what, values: { Đánh nhau: violence.fight }, default: other.other }
  occurredAt: { column: at, format: dd/MM/yyyy HH:mm }
  description: { columns: [what, more], join: ' · ' }
  injured: hurt
  weapon: weapon
  location.lat: lat
  location.lon: lon
`;
const map = parseMap('map.yaml', MAP);
const ROW = { no: '118', place: 'Bãi tắm', what: 'Đánh nhau', at: '02/09/2026 21:40', more: 'Hai nhóm khách', hurt: '1', weapon: 'Không', lat: '21.33', lon: '105.715' };

function event(outcome: RowOutcome) {
  if (!('event' in outcome)) throw new Error(JSON.stringify(outcome.problems));
  return outcome.event;
}

describe('a row as an event', () => {
  it('fills the fields as the mapping says, and is good for intake', () => {
    const made = event(rowEvent(ROW, map));
    expect(made.data).toEqual({
      siteId: 'dl-bai-tam', category: 'violence.fight', occurredAt: '2026-09-02T14:40:00Z', description: 'Đánh nhau · Hai nhóm khách', injured: 1, weapon: false, location: { lat: 21.33, lon: 105.715 },
    });
    const text = eventText(made, map, { backfill: true, corrects: '118.old' });
    const decoded = decode({ timestamp: Date.parse('2026-11-23T00:00:00Z'), value: Buffer.from(text), headers: [] });
    expect(decoded).toMatchObject({ outcome: 'event', event: { kind: 'incident', eventId: made.id, corrects: '118.old', backfill: true, defects: [] } });
  });

  it('gives the same bytes for the same row, and another id for another content', () => {
    const [first, again, changed] = [ROW, { ...ROW }, { ...ROW, hurt: '2' }].map((row) => event(rowEvent(row, map)));
    expect(again).toEqual(first);
    expect(first?.id).toMatch(/^118\.[0-9a-f]{12}$/);
    expect(changed?.key).toBe('118');
    expect(changed?.id).not.toBe(first?.id);
  });

  it('does not look at columns that the mapping leaves out', () => {
    expect(event(rowEvent({ ...ROW, RecordID: '77' }, map)).id).toBe(event(rowEvent(ROW, map)).id);
  });

  it('reads null words and empty cells as absent, and takes the default', () => {
    expect(event(rowEvent({ ...ROW, place: 'NA', hurt: '-', weapon: '', more: ' NA ', what: 'Xô xát' }, map)).data).toMatchObject({ siteId: 'dl-unknown', category: 'other.other', description: 'Xô xát' });
  });

  it('names everything that is wrong with a row at once, each with its remedy', () => {
    const outcome = rowEvent({ ...ROW, no: '', at: '31/02/2026 10:00', hurt: 'two', weapon: 'maybe' }, map);
    if (!('problems' in outcome)) throw new Error('the row was taken');
    expect(outcome.problems.map(({ field }) => field)).toEqual(['occurredAt', 'injured', 'weapon', 'id']);
    expect(outcome.problems.every(({ problem, remedy }) => problem !== '' && remedy !== '')).toBe(true);
  });

  it('refuses a word that a table without default does not know', () => {
    const strict = parseMap('map.yaml', MAP.replace(', default: other.other', ''));
    expect(rowEvent({ ...ROW, what: 'Xô xát' }, strict)).toMatchObject({ problems: [{ field: 'category', problem: "'Xô xát' is not in the table of values" }] });
  });

  it('makes ids of names', () => {
    expect(slug('6 1/2 ST SW', 'cv-')).toBe('cv-6-1-2-st-sw');
    expect(slug('Đường Hồ Đại Lải', '')).toBe('duong-ho-dai-lai');
    expect(slug('x'.repeat(100), 'cv-')).toHaveLength(64);
  });
});

describe('a mapping file', () => {
  it.each([
    ['a field that does not exist', MAP.replace('injured: hurt', 'injurred: hurt'), /fields\.injurred is not known/],
    ['a zone that does not exist', MAP.replace('Asia/Ho_Chi_Minh', 'Asia/Hanoi2'), /no time zone/],
    ['a missing field', MAP.replace(/\n {2}category:[^\n]*/, ''), /fields\.category is missing/],
    ['no id', MAP.replace('id: { columns: [no], hash: 12 }', 'id: {}'), /id is missing/],
    ['a short hash alone', MAP.replace('columns: [no], hash: 12', 'hash: 12'), /at least 24/],
    ['column and value', MAP.replace('{ column: at,', '{ column: at, value: x,'), /either column\(s\) or a constant/],
    ['no YAML', 'a: [', /not YAML/],
    ['no names', 'just text', /must be names and values/],
  ])('refuses %s', (_name, text, message) => {
    expect(() => parseMap('map.yaml', text)).toThrow(message);
  });

  it('says all its faults at once', () => {
    expect(() => parseMap('map.yaml', 'type: other\nfields: {}')).toThrow(/type must be[\s\S]*source is missing[\s\S]*id is missing[\s\S]*fields\.siteId is missing/);
  });
});
