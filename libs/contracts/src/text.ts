/** What Postgres takes in no text column: NUL, and surrogates without their other half. */
const NOT_STORABLE = /\u0000|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const MAYBE_NOT_STORABLE = /[\u0000\ud800-\udfff]/;

/** The text with NUL and lone surrogates as U+FFFD: safe in a typed column. The exact text stays in the original. */
export function storable(text: string): string {
  return MAYBE_NOT_STORABLE.test(text) ? text.replace(NOT_STORABLE, '\ufffd') : text;
}

/**
 * Control characters, line ends, characters without width and marks that turn the direction of writing: a publisher's text must not look like a
 * line of ours, nor steer a terminal.
 */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+/g;
const MAYBE_UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u2069\ufeff\ud800-\udfff]/;

/** A name or a word as one line that reads as it is written: storable, and a space for what is not seen. The exact text stays in the original. */
export function oneLine(text: string): string {
  return MAYBE_UNSEEN.test(text) ? storable(text).replace(UNSEEN, ' ') : text;
}

/** The number of Unicode code points, as JSON Schema counts `minLength` and `maxLength`. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      count--;
      i++;
    }
  }
  return count;
}

/** The first `length` code points: never half of a surrogate pair. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  let end = 0;
  for (let taken = 0; taken < length && end < text.length; taken++) {
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  }
  return text.slice(0, end);
}

const SHOWN_LENGTH = 60;

/** A value as it may be shown in a message: JSON, shortened, nothing unprintable. Never throws, however deep the value is. */
export function show(value: unknown): string {
  if (typeof value === 'string') {
    const text = JSON.stringify(oneLine(cut(value, SHOWN_LENGTH)));
    return value.length > SHOWN_LENGTH ? `${text}… (${value.length} characters)` : text;
  }
  if (value === undefined) return 'missing'; // completes "it is …"
  if (value === null || typeof value !== 'object') return String(value);
  return Array.isArray(value) ? `an array of ${value.length}` : 'an object';
}
