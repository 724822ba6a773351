import type { Rejection } from '../decoded';
import type { JsonObject } from '../fields/schema';
import { parseJson } from './json';
import type { Sender } from './rejections';

/** `data` of a structured CloudEvent, or where there is none what `data_base64` holds: some libraries write JSON that way. */
export function structuredData(attributes: JsonObject, sender: Sender): { outcome: 'json'; value: unknown } | Rejection {
  const { data, data_base64: base64 } = attributes;
  if ((data !== undefined && data !== null) || typeof base64 !== 'string') return { outcome: 'json', value: data };
  return parseJson(Buffer.from(base64, 'base64'), sender);
}
