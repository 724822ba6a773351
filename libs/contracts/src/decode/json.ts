import type { Rejection } from '../decoded';
import { type Sender, reject } from './rejections';
import { readUtf8 } from './utf8';

export type ParsedJson = { outcome: 'json'; text: string; value: unknown } | Rejection;

const BYTE_ORDER_MARK = '\ufeff';

/**
 * Bytes → exact text and JSON value. A leading byte order mark is passed over (RFC 8259 lets a reader do so) and stays in the text.
 * Of a key that stands twice the last one counts, as JSON.parse does it.
 */
export function parseJson(bytes: Buffer, sender: Sender): ParsedJson {
  const utf8 = readUtf8(bytes);
  if (utf8.text === null) {
    const byte = `0x${(bytes[utf8.badByteAt] ?? 0).toString(16).padStart(2, '0')}`;
    return reject('not-json', `The value is not UTF-8: byte ${byte} at position ${utf8.badByteAt} (counted from 0). Write the text in UTF-8.`, sender);
  }
  if (utf8.text === '') return reject('not-json', 'The value is empty. Send one CloudEvent as JSON.', sender);
  const { text } = utf8;
  try {
    const value: unknown = JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
    return { outcome: 'json', text, value };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return reject('not-json', `The value is not JSON: ${said}. Send one CloudEvent as JSON.`, sender);
  }
}
