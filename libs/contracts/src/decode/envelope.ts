import type { Defect, Instant } from '@vong-gac/domain';
import type { Rejection } from '../decoded';
import { isIdentifier } from '../fields/fields';
import type { JsonObject } from '../fields/schema';
import { parseInstant } from '../instant';
import { MAX_ID_LENGTH } from '../limits';
import { show } from '../text';
import { EVENT_TYPES } from '../topics';
import { type Sender, reject } from './rejections';

export type EventKind = keyof typeof EVENT_TYPES;

/** A checked envelope. */
export interface Envelope {
  outcome: 'envelope';
  kind: EventKind;
  source: string;
  eventId: string;
  /** null: missing, or unreadable (then a defect says so). */
  time: Instant | null;
  backfill: boolean;
  defects: Defect[];
}

const KINDS: ReadonlyMap<unknown, EventKind> = new Map([
  [EVENT_TYPES.incidentReported, 'incidentReported'],
  [EVENT_TYPES.visitorVolumeMeasured, 'visitorVolumeMeasured'],
]);
const VERSION = /\.v\d+$/;
const KNOWN_WITHOUT_VERSION = new Set(Object.values(EVENT_TYPES).map((type) => type.replace(VERSION, '')));
const TAKEN = Object.values(EVENT_TYPES).join(' and ');
const JSON_MEDIA_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

/** Who an envelope says it is from, as far as that is readable. */
export function senderOf(attributes: JsonObject): Sender {
  const { source, id } = attributes;
  return { source: isIdentifier(source) ? source : null, eventId: isIdentifier(id) ? id : null };
}

/** The last that was an identifier. Runs of events come from one source: one text for all of them is checked once, and compared by its address. */
let lastSource = '/';

/** Checks what makes an event attributable and known; sets aside what else is wrong. `path` tells structured from binary in messages. */
export function checkEnvelope(attributes: JsonObject, path: (attribute: string) => string): Envelope | Rejection {
  const { source, id, specversion, type } = attributes;
  if (typeof specversion !== 'string') {
    return reject('not-cloudevent', `${path('specversion')} is missing or no string: this is not a CloudEvent. Send a CloudEvent 1.0 with "specversion": "1.0".`, senderOf(attributes));
  }
  if (specversion !== '1.0') return reject('unsupported-version', `${path('specversion')} is ${show(specversion)}. Send CloudEvents 1.0.`, senderOf(attributes));
  if (!isIdentifier(id)) return reject('not-cloudevent', identifierProblem(path('id'), id), senderOf(attributes));
  if (source !== lastSource) {
    if (!isIdentifier(source)) return reject('not-cloudevent', identifierProblem(path('source'), source), senderOf(attributes));
    lastSource = source;
  }
  const kind = KINDS.get(type);
  if (kind === undefined) return refuseType(type, path('type'), senderOf(attributes));
  const defects: Defect[] = [];
  return {
    outcome: 'envelope',
    kind,
    source: lastSource,
    eventId: id,
    time: readTime(attributes.time, defects),
    backfill: readBackfill(attributes.backfill, defects),
    defects: checkContentType(attributes.datacontenttype, defects),
  };
}

function identifierProblem(path: string, value: unknown): string {
  return `${path} must be a string of 1 to ${MAX_ID_LENGTH} characters without control characters and lone surrogates; it is ${show(value)}. Without it nobody can be told what became of the event.`;
}

function refuseType(type: unknown, path: string, sender: Sender): Rejection {
  if (typeof type !== 'string' || type === '') return reject('not-cloudevent', `${path} must be a string; it is ${show(type)}. Taken are ${TAKEN}.`, sender);
  if (KNOWN_WITHOUT_VERSION.has(type.replace(VERSION, ''))) return reject('unsupported-version', `${path} is ${show(type)}, a version that is not known here. Taken are ${TAKEN}.`, sender);
  return reject('unknown-type', `${path} is ${show(type)}. Taken are ${TAKEN}.`, sender);
}

function readTime(value: unknown, defects: Defect[]): Instant | null {
  if (value === undefined || value === null) return null;
  const time = typeof value === 'string' ? parseInstant(value) : null;
  if (time === null) defects.push({ path: 'ce:time', problem: `time must be an RFC 3339 date-time with offset; it is ${show(value)}` });
  return time;
}

/** A boolean, or its CloudEvents text as binary mode sends it. Anything else does not count: the event may alert. */
function readBackfill(value: unknown, defects: Defect[]): boolean {
  if (value === true || value === 'true') return true;
  if (value === undefined || value === null || value === false || value === 'false') return false;
  defects.push({ path: 'ce:backfill', problem: `backfill must be true or false; it is ${show(value)}, so the event is taken as a new one` });
  return false;
}

function checkContentType(value: unknown, defects: Defect[]): Defect[] {
  const right = value === undefined || value === null || (typeof value === 'string' && JSON_MEDIA_TYPE.test(value));
  if (!right) defects.push({ path: 'ce:datacontenttype', problem: `datacontenttype must be application/json; it is ${show(value)}, and the data was read as JSON` });
  return defects;
}
