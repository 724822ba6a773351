import { parseText } from './decode/json';
import { isJsonObject } from './fields/schema';

/** `data` of a stored event, from its exact text: the value itself in binary mode (`envelope` not null), else the CloudEvent's `data`. */
export function dataOfStored(original: string, envelope: string | null): unknown {
  const value = parseText(original);
  if (envelope !== null || !isJsonObject(value)) return value;
  const { data, data_base64: base64 } = value;
  return (data !== undefined && data !== null) || typeof base64 !== 'string' ? data : parseText(Buffer.from(base64, 'base64').toString('utf8'));
}
