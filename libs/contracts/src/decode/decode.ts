import type { Incident, VisitorVolume } from '@vong-gac/domain';
import type { Decoded, RawRecord, Rejection } from '../decoded';
import { isJsonObject, type JsonObject } from '../fields/schema';
import { MAX_VALUE_BYTES } from '../limits';
import { show } from '../text';
import { checkEnvelope, type Envelope, senderOf } from './envelope';
import { type BinaryAttributes, type HeaderView, viewHeaders } from './headers';
import { readIncident } from './incident';
import { parseJson } from './json';
import { NOBODY, reject } from './rejections';
import { structuredData } from './structured-data';
import { receivedAtOf } from './times';
import { readVolume } from './volume';

/** A CloudEvent whose envelope was read, whichever way it was written. */
interface Opened {
  outcome: 'opened';
  envelope: Envelope;
  data: unknown;
  /** As in DecodedEvent. */
  headersAsJson: string | null;
}

/**
 * What a record says: an event with its defects (fail open), or a rejection with its reason. Pure, and never throws, whatever the bytes are.
 * Reads structured and binary CloudEvents; everything that is decided without the registry is decided here (the rest: `admit`).
 */
export function decode(record: RawRecord): Decoded {
  if (record.wholeBatch != null) return reject('too-large', batchProblem(record.wholeBatch), NOBODY);
  const headers = viewHeaders(record.headers);
  const opened = headers.attributes === null ? openStructured(record, headers) : openBinary(record, headers, headers.attributes);
  if (opened.outcome === 'rejection') return opened;
  const { envelope, data } = opened;
  if (!isJsonObject(data)) return reject('invalid-data', `data must be a JSON object; it is ${show(data)}. Put the fields of ${envelope.kind} there.`, envelope);
  const event = readData(data, envelope, receivedAtOf(record.timestamp));
  if ('outcome' in event) return event;
  return { outcome: 'event', event, envelope: opened.headersAsJson };
}

function readData(data: JsonObject, envelope: Envelope, receivedAt: number): Incident | VisitorVolume | Rejection {
  switch (envelope.kind) {
    case 'incidentReported':
      return readIncident(data, envelope, receivedAt);
    case 'visitorVolumeMeasured':
      return readVolume(data, envelope, receivedAt);
  }
}

const IN_VALUE = (attribute: string): string => `/${attribute}`;
const IN_HEADERS = (attribute: string): string => `header ce_${attribute}`;

/** The value is the whole CloudEvent. */
function openStructured({ value }: RawRecord, headers: HeaderView): Opened | Rejection {
  if (headers.tooLarge) return reject('too-large', `The ce_ headers hold more than ${MAX_VALUE_BYTES} bytes together. Put details into data.`, NOBODY);
  if (value === null) return reject('not-cloudevent', 'The record has no value (a tombstone). Events are never deleted: send a correction instead.', NOBODY);
  if (value.length > MAX_VALUE_BYTES) return reject('too-large', sizeProblem(value), NOBODY);
  if (headers.contentType?.startsWith('application/cloudevents') && headers.contentType !== 'application/cloudevents' && headers.contentType !== 'application/cloudevents+json') {
    return reject('not-cloudevent', `The content type is ${show(headers.contentType)}. Send one event a record, as application/cloudevents+json.`, NOBODY);
  }
  const json = parseJson(value, NOBODY);
  if (json.outcome === 'rejection') return json;
  if (!isJsonObject(json.value)) {
    return reject('not-cloudevent', `The value is ${show(json.value)}, and no CloudEvent. Send one CloudEvent 1.0 a record: a JSON object with specversion, id, source, type, time and data.`, NOBODY);
  }
  const envelope = checkEnvelope(json.value, IN_VALUE);
  if (envelope.outcome === 'rejection') return envelope;
  const data = structuredData(json.value, envelope);
  if (data.outcome === 'rejection') return data;
  return { outcome: 'opened', envelope, data: data.value, headersAsJson: null };
}

/** The attributes are in the `ce_` headers, the value is `data`. */
function openBinary({ value }: RawRecord, headers: HeaderView, { known, json: headersAsJson, notUtf8 }: BinaryAttributes): Opened | Rejection {
  const unreadable = notUtf8.find((name) => name === 'id' || name === 'source' || name === 'type');
  if (unreadable !== undefined) return reject('not-cloudevent', `header ce_${unreadable} is not UTF-8. Write it in UTF-8.`, NOBODY);
  if (value !== null && value.length > MAX_VALUE_BYTES) return reject('too-large', sizeProblem(value), senderOf(known));
  const envelope = checkEnvelope({ ...known, datacontenttype: headers.contentType }, IN_HEADERS);
  if (envelope.outcome === 'rejection') return envelope;
  if (value === null || value.length === 0) return reject('invalid-data', 'The record has ce_ headers but no value. Put data into the value, as JSON.', envelope);
  const json = parseJson(value, envelope);
  if (json.outcome === 'rejection') return json;
  return { outcome: 'opened', envelope, data: json.value, headersAsJson };
}

function batchProblem({ firstOffset, records }: NonNullable<RawRecord['wholeBatch']>): string {
  return `A batch of ${records} records from offset ${firstOffset} to this one, too large to unpack; its bytes are kept as they came, compressed. Send the events again in batches of a megabyte.`;
}

function sizeProblem(value: Buffer): string {
  return `The value has ${value.length} bytes; at most ${MAX_VALUE_BYTES} are taken. Send references to evidence, not the evidence.`;
}
