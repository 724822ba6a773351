import { binaryRecord, cloudEvent, incidentRecord, recordOf, type Fields } from '../fixtures/records';
import type { RawRecord } from '../decoded';
import { sameContent, type AcceptedContent } from './content';
import { decode } from './decode';

function accepted(record: RawRecord): AcceptedContent {
  const decoded = decode(record);
  if (decoded.outcome !== 'event' || record.value === null) throw new Error('refused');
  return { value: record.value, envelope: decoded.envelope };
}
const same = (a: RawRecord, b: RawRecord): boolean => sameContent(accepted(a), accepted(b));
const pretty = (event: Fields): RawRecord => recordOf(JSON.stringify(event, null, 2));

describe('sameContent', () => {
  const { data, ...rest } = cloudEvent('incidentReported');

  it.each([
    ['the same bytes', incidentRecord()],
    ['other white space', pretty(cloudEvent('incidentReported'))],
    ['another order of keys', pretty({ data: Object.fromEntries(Object.entries(data ?? {}).reverse()), ...rest })],
    ['another envelope', incidentRecord({}, { time: '2026-02-14T22:00:00Z', sequence: 9 })],
    ['binary mode', binaryRecord()],
    ['binary mode, sent at another time', binaryRecord({}, { time: '2026-02-14T22:00:00Z' })],
    ['data as base64', pretty({ ...rest, data_base64: Buffer.from(JSON.stringify(data)).toString('base64') })],
  ])('is so with %s', (_how, record) => {
    expect(same(incidentRecord(), record)).toBe(true);
    expect(same(record, incidentRecord())).toBe(true);
  });

  it.each([
    ['a number', incidentRecord({ injured: 2 })],
    ['a field more', incidentRecord({ note: 'x' })],
    ['a field less', incidentRecord({ zone: undefined })],
    ['null for a value', incidentRecord({ zone: null })],
  ])('is not so with %s changed', (_what, record) => {
    expect(same(incidentRecord(), record)).toBe(false);
  });

  it('does not take equal bytes for equal content where one is a whole event and the other its data', () => {
    const inside = cloudEvent('incidentReported');
    const structured = accepted(incidentRecord());
    expect(sameContent(structured, { value: Buffer.from(JSON.stringify(inside)), envelope: '{}' })).toBe(false);
  });
});
