import { isUtf8 } from 'node:buffer';
import type { RawRecord } from '../decoded';
import { MAX_VALUE_BYTES } from '../limits';

/** The attributes of a binary CloudEvent, without `ce_`. Of a header that stands twice the last one counts. */
export interface BinaryAttributes {
  known: Record<(typeof KNOWN)[number], string | undefined>;
  /** All of them, the extensions too, as the JSON text of an object. */
  json: string;
  /** Which of the known ones are not UTF-8. */
  notUtf8: readonly string[];
}
/** What `checkEnvelope` looks at. */
const KNOWN = ['specversion', 'id', 'source', 'type', 'time', 'backfill'] as const;

/** What the headers say about how the CloudEvent is written. */
export interface HeaderView {
  /** Lower case, without parameters; null when there is none. */
  contentType: string | null;
  /** null in structured mode. */
  attributes: BinaryAttributes | null;
  /** The `ce_` headers are larger together than a value may be. */
  tooLarge: boolean;
}

const STRUCTURED = 'application/cloudevents';

/**
 * Structured when the content type says so; binary when there is a `ce_specversion` header; else structured again, so that a publisher who forgot
 * the content type is understood. Names are compared without case.
 */
export function viewHeaders(headers: RawRecord['headers']): HeaderView {
  if (headers.length === 0) return NO_HEADERS;
  let contentType: string | null = null;
  let bytes = 0;
  let found: Map<string, Buffer> | null = null;
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (lower === 'content-type') contentType = mediaType(value);
    else if (lower.startsWith('ce_')) {
      found ??= new Map();
      found.set(lower.slice(3), value);
      bytes += name.length + value.length;
    }
  }
  if (found === null || !found.has('specversion') || contentType?.startsWith(STRUCTURED) === true) return { contentType, attributes: null, tooLarge: false };
  if (bytes > MAX_VALUE_BYTES) return { contentType, attributes: null, tooLarge: true };
  return { contentType, attributes: attributesFrom(found), tooLarge: false };
}

const NO_HEADERS: HeaderView = Object.freeze({ contentType: null, attributes: null, tooLarge: false });

/** Publishers write the same content type event after event: the last one read is kept. */
let lastMediaType = { bytes: Buffer.alloc(0), type: '' };

function mediaType(value: Buffer): string {
  if (!lastMediaType.bytes.equals(value)) lastMediaType = { bytes: Buffer.from(value), type: readMediaType(value) };
  return lastMediaType.type;
}

function readMediaType(value: Buffer): string {
  const text = value.toString('latin1');
  const end = text.indexOf(';');
  return (end < 0 ? text : text.slice(0, end)).trim().toLowerCase();
}

function attributesFrom(found: ReadonlyMap<string, Buffer>): BinaryAttributes {
  const text = (name: string): string | undefined => found.get(name)?.toString('utf8');
  const known = { specversion: text('specversion'), id: text('id'), source: text('source'), type: text('type'), time: text('time'), backfill: text('backfill') };
  const notUtf8 = KNOWN.filter((name) => !isUtf8(found.get(name) ?? NOTHING));
  return { known, json: jsonOf(found), notUtf8 };
}

const NOTHING = Buffer.alloc(0);

/** Written by hand and not from an object: a header `ce___proto__` is a name like any other, and this is twice as fast. */
function jsonOf(found: ReadonlyMap<string, Buffer>): string {
  let text = '';
  for (const [name, value] of found) text += `${text === '' ? '{' : ','}${JSON.stringify(name)}:${JSON.stringify(value.toString('utf8'))}`;
  return `${text}}`;
}
