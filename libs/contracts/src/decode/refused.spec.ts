import type { Decoded, Rejection } from '../decoded';
import { rejection } from '../fixtures/outcomes';
import { binaryRecord, cloudEvent, incidentRecord, recordOf } from '../fixtures/records';
import { MAX_VALUE_BYTES } from '../limits';
import { decode } from './decode';

describe('what makes an event nobody’s is refused, and the sender is named where he can be read', () => {
  const known = { source: '/sites/dai-lai/security', eventId: 'e-1' };
  it.each<[string, Decoded, Partial<Rejection>]>([
    ['no JSON', decode(recordOf('{"specversion":')), { reason: 'not-json', source: null, eventId: null }],
    ['an empty value', decode(recordOf('')), { reason: 'not-json' }],
    ['a JSON text', decode(recordOf('"fire!"')), { reason: 'not-cloudevent' }],
    ['a batch', decode(recordOf('[{}]')), { reason: 'not-cloudevent', detail: expect.stringContaining('an array of 1') }],
    ['no specversion', decode(incidentRecord({}, { specversion: undefined })), { reason: 'not-cloudevent', ...known }],
    ['an old specversion', decode(incidentRecord({}, { specversion: '0.3' })), { reason: 'unsupported-version', ...known }],
    ['no id', decode(incidentRecord({}, { id: undefined })), { reason: 'not-cloudevent', source: known.source, eventId: null }],
    ['an id that is a number', decode(incidentRecord({}, { id: 17 })), { reason: 'not-cloudevent', eventId: null }],
    ['an id with NUL', decode(incidentRecord({}, { id: 'e\u0000' })), { reason: 'not-cloudevent', eventId: null }],
    ['an id with half a character', decode(incidentRecord({}, { id: 'e\ud83d' })), { reason: 'not-cloudevent', eventId: null }],
    ['an id that is too long', decode(incidentRecord({}, { id: 'e'.repeat(257) })), { reason: 'not-cloudevent', eventId: null }],
    ['an empty source', decode(incidentRecord({}, { source: '' })), { reason: 'not-cloudevent', source: null, eventId: 'e-1' }],
    ['a type that is not known', decode(incidentRecord({}, { type: 'com.example.opened' })), { reason: 'unknown-type', ...known }],
    ['a type that we send', decode(incidentRecord({}, { type: 'vn.vonggac.alert.raised.v1' })), { reason: 'unknown-type', ...known }],
    ['a later version of a known type', decode(incidentRecord({}, { type: 'vn.vonggac.incident.reported.v2' })), { reason: 'unsupported-version', ...known }],
    ['no type', decode(incidentRecord({}, { type: undefined })), { reason: 'not-cloudevent', ...known }],
    ['no data', decode(incidentRecord({}, { data: undefined })), { reason: 'invalid-data', ...known }],
    ['data that is a text', decode(incidentRecord({}, { data: '{}' })), { reason: 'invalid-data', ...known }],
    ['binary mode without an id', decode(binaryRecord({}, { id: '' })), { reason: 'not-cloudevent', source: known.source, detail: expect.stringContaining('ce_id') }],
    ['binary mode without data', decode(binaryRecord(null)), { reason: 'invalid-data', ...known }],
    ['binary mode with data that is no JSON', decode(binaryRecord(Buffer.from('fire'))), { reason: 'not-json', ...known }],
  ])('%s', (_name, decoded, expected) => {
    expect(decoded).toMatchObject({ outcome: 'rejection', ...expected });
  });

  it('names the position of the first byte that is not UTF-8', () => {
    const [before, after] = JSON.stringify(cloudEvent('incidentReported', { description: 'Khách bị ngã ở bể bơi \ufffd, @ then' })).split('@');
    const bytes = Buffer.concat([Buffer.from(before ?? ''), Buffer.from([0x92]), Buffer.from(after ?? '')]);
    expect(rejection(decode(recordOf(bytes)))).toMatchObject({ reason: 'not-json', detail: expect.stringContaining(`0x92 at position ${Buffer.byteLength(before ?? '')}`) });
  });

  it('takes 1 MiB and refuses one byte more before it reads it', () => {
    const event = JSON.stringify(cloudEvent('incidentReported'));
    expect(decode(recordOf(event.padEnd(event.length + MAX_VALUE_BYTES - Buffer.byteLength(event)))).outcome).toBe('event');
    expect(rejection(decode(recordOf(Buffer.alloc(MAX_VALUE_BYTES + 1, '{'))))).toMatchObject({ reason: 'too-large', source: null });
    expect(rejection(decode(binaryRecord(Buffer.alloc(MAX_VALUE_BYTES + 1))))).toMatchObject({ reason: 'too-large', source: '/sites/dai-lai/security' });
  });

  it.each([
    ['no siteId', { siteId: undefined }, '/siteId is missing: it must be the id of a site'],
    ['a siteId in capitals', { siteId: 'Dai-Lai' }, '/siteId must be'],
    ['no category', { category: null }, '/category must be'],
    ['an empty category', { category: '' }, '/category must be'],
    ['a category that is a number', { category: 7 }, '/category must be'],
    ['a status that is no CAP word', { status: 'actual' }, '/status must be one of "Actual", "Exercise", "Test"; it is "actual"'],
  ])('%s is invalid data', (_name, data, detail) => {
    expect(rejection(decode(incidentRecord(data)))).toMatchObject({ reason: 'invalid-data', detail: expect.stringContaining(detail) });
  });

  it('says every path that is wrong, what makes it refused first', () => {
    expect(rejection(decode(incidentRecord({ injured: 'two', status: 1 }))).detail).toBe(
      '/status must be one of "Actual", "Exercise", "Test"; it is 1; /injured must be an integer from 0 to 100,000; it is "two". Correct the event and send it again.',
    );
  });
});
