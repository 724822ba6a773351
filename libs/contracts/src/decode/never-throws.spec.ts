import fc from 'fast-check';
import { type Decoded, type RawRecord, REJECTION_REASONS } from '../decoded';
import { envelopeAttributes, incidentData, junk, volumeData } from '../fixtures/arbitraries';
import { binaryRecord, envelopeOf, RECEIVED_AT, recordOf } from '../fixtures/records';
import { TELLING_RECORDS } from '../fixtures/telling-records';
import { BACKFILL_AGE_MS, EARLIEST_TIME, MAX_CLOCK_AHEAD_MS, MAX_DESCRIPTION_LENGTH, MAX_DETAIL_LENGTH } from '../limits';
import { codePoints } from '../text';
import { sameContent } from './content';
import { decode } from './decode';

/** What no typed column takes, and what no identifier may hold. */
const NOT_STORABLE = /\u0000|\p{Surrogate}/u;
const NO_IDENTIFIER = /[\u0000-\u001f\u007f-\u009f]|\p{Surrogate}/u;

/** Every text inside a value, keys left out. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** What holds of every outcome, whatever came in. */
function expectSound(decoded: Decoded, record: RawRecord): void {
  if (decoded.outcome === 'rejection') {
    expect(REJECTION_REASONS).toContain(decoded.reason);
    expect(decoded.detail.length).toBeGreaterThan(20);
    expect(decoded.detail.length).toBeLessThanOrEqual(MAX_DETAIL_LENGTH);
    for (const text of textsIn(decoded)) expect(text).not.toMatch(NOT_STORABLE);
    for (const id of [decoded.source, decoded.eventId]) if (id !== null) expect(id).not.toMatch(NO_IDENTIFIER);
    return;
  }
  const { event } = decoded;
  for (const text of textsIn(event)) expect(text).not.toMatch(NOT_STORABLE);
  expect(event.source + event.eventId + event.siteId).not.toMatch(NO_IDENTIFIER);
  const content = { value: record.value ?? Buffer.alloc(0), envelope: decoded.envelope };
  expect(sameContent(content, { ...content, value: Buffer.concat([content.value, Buffer.from(' ')]) })).toBe(true);
  expect(decoded.envelope === null || typeof JSON.parse(decoded.envelope) === 'object').toBe(true);
  const at = event.kind === 'incident' ? event.occurredAt : event.measuredAt;
  expect(at).toBeGreaterThanOrEqual(Math.min(EARLIEST_TIME, event.receivedAt));
  if (event.kind === 'volume') return;
  expect(at).toBeLessThanOrEqual(event.receivedAt + MAX_CLOCK_AHEAD_MS);
  expect(codePoints(event.description ?? '')).toBeLessThanOrEqual(MAX_DESCRIPTION_LENGTH);
  if (event.backfill) expect(event.receivedAt - at).toBeGreaterThan(BACKFILL_AGE_MS);
  expect(event.corrects).not.toBe(event.eventId);
}

const json = fc.tuple(envelopeAttributes, fc.oneof(incidentData, volumeData, junk)).map(([attributes, data]) => JSON.stringify({ ...attributes, data }));
const names = fc.oneof(fc.constantFrom('content-type', 'Content-Type', 'ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_time', 'ce_backfill', 'CE_ID', 'ce_', '__proto__'), fc.string());
const headers = fc.array(fc.tuple(names, fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes))), { maxLength: 6 });

describe('decode never throws', () => {
  it('on mutated events in structured mode', () => {
    fc.assert(fc.property(json, (text) => expectSound(decode(recordOf(text)), recordOf(text))), { numRuns: 1_000 });
  });

  it('on mutated data in binary mode', () => {
    const attributes = fc.record({ id: fc.string({ maxLength: 300, unit: 'binary' }), time: fc.string(), backfill: fc.constantFrom('true', 'yes'), type: fc.constantFrom(...Object.values({ ...envelopeOf('visitorVolumeMeasured'), other: 'x' }).map(String)) }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.oneof(incidentData, volumeData, junk), attributes, (data, changed) => {
        const record = binaryRecord(Buffer.from(JSON.stringify(data) ?? ''), changed);
        expectSound(decode(record), record);
      }),
      { numRuns: 1_000 },
    );
  });

  it('on any bytes, headers and timestamp', () => {
    const value = fc.option(fc.oneof(fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)), json.map((text) => Buffer.from(text))));
    fc.assert(
      fc.property(value, headers, fc.oneof(fc.constant(RECEIVED_AT), fc.double(), fc.maxSafeInteger()), (bytes, some, timestamp) => {
        const record = { value: bytes, headers: some, timestamp };
        expectSound(decode(record), record);
      }),
      { numRuns: 1_000 },
    );
  });

  it('on an event with one byte changed', () => {
    const text = Buffer.from(JSON.stringify({ ...envelopeOf('incidentReported'), data: { siteId: 'dai-lai', category: 'fire.fire', occurredAt: '2026-02-14T21:30:00+07:00', description: 'Cháy ở bếp' } }));
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.nat(255), (at, byte) => {
        const changed = Buffer.from(text);
        changed[at] = byte;
        expectSound(decode(recordOf(changed)), recordOf(changed));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the telling records', () => {
  it.each(TELLING_RECORDS.map((telling) => [telling.name, telling] as const))('%s', (_name, { record, outcome, defects }) => {
    const decoded = decode(record);
    expectSound(decoded, record);
    if (decoded.outcome === 'rejection') return expect(decoded.reason).toBe(outcome);
    expect(outcome).toBe('event');
    expect(decoded.event.defects.map(({ path }) => path)).toEqual(defects ?? []);
  });

  it('end as different events: no two of them share an id', () => {
    const ids = TELLING_RECORDS.map(({ record }) => decode(record)).flatMap((decoded) => (decoded.outcome === 'event' ? [decoded.event.eventId] : []));
    expect(new Set(ids).size).toBe(ids.length);
  });
});
