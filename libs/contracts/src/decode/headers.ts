import type { RawRecord } from '../decoded';
import type { JsonObject } from '../fields/schema';
import { MAX_VALUE_BYTES } from '../limits';

/** What the headers say about how the CloudEvent is written. */
export interface HeaderView {
  /** Lower case, without parameters; null when there is none. */
  contentType: string | null;
  /** The attributes of a binary CloudEvent, without `ce_`; null in structured mode. Of a header that stands twice the last one counts. */
  attributes: JsonObject | null;
  /** Names of attributes whose bytes are not UTF-8. */
  notUtf8: readonly string[];
  /** The `ce_` headers are larger together than a value may be. */
  tooLarge: boolean;
}

const NO_HEADERS: HeaderView = { contentType: null, attributes: null, notUtf8: [], tooLarge: false };
const STRUCTURED = 'application/cloudevents';

/**
 * Structured when the content type says so; binary when there is a `ce_specversion` header; else structured again, so that a publisher who forgot
 * the content type is understood. Names are compared without case.
 */
export function viewHeaders(headers: RawRecord['headers']): HeaderView {
  if (headers.length === 0) return NO_HEADERS;
  let contentType: string | null = null;
  let bytes = 0;
  const found: Array<readonly [name: string, value: Buffer]> = [];
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (lower === 'content-type') contentType = mediaType(value);
    else if (lower.startsWith('ce_')) {
      found.push([lower.slice(3), value]);
      bytes += name.length + value.length;
    }
  }
  const structured = contentType?.startsWith(STRUCTURED) === true || !found.some(([name]) => name === 'specversion');
  if (structured) return { ...NO_HEADERS, contentType };
  if (bytes > MAX_VALUE_BYTES) return { ...NO_HEADERS, contentType, tooLarge: true };
  return { contentType, ...attributesFrom(found), tooLarge: false };
}

function mediaType(value: Buffer): string {
  const text = value.toString('latin1');
  const end = text.indexOf(';');
  return (end < 0 ? text : text.slice(0, end)).trim().toLowerCase();
}

/** `Object.fromEntries` defines own properties: a header `ce___proto__` is a name like any other. */
function attributesFrom(found: ReadonlyArray<readonly [string, Buffer]>): Pick<HeaderView, 'attributes' | 'notUtf8'> {
  const texts = found.map(([name, value]) => [name, value.toString('utf8')] as const);
  const notUtf8 = found.filter(([, value], i) => !Buffer.from(texts[i]?.[1] ?? '').equals(value)).map(([name]) => name);
  return { attributes: Object.fromEntries(texts), notUtf8 };
}
