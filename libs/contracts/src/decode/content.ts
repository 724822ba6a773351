import { isJsonObject } from '../fields/schema';
import { digestOf } from './digest';
import { parseJson } from './json';
import { NOBODY } from './rejections';
import { structuredData } from './structured-data';

/** An event as it was accepted: the record's value, and its ce_ headers where it came in binary mode (`DecodedEvent.envelope`). */
export interface AcceptedContent {
  value: Buffer;
  envelope: string | null;
}

/**
 * Whether two accepted events say the same: the same bytes, or else equal `data`, however it is written and whatever the envelopes say (contract.md).
 * Asked only where an id is met again, so `data` is read again rather than digested for every event.
 */
export function sameContent(a: AcceptedContent, b: AcceptedContent): boolean {
  if ((a.envelope === null) === (b.envelope === null) && a.value.equals(b.value)) return true;
  return digestOf(dataOf(a)).equals(digestOf(dataOf(b)));
}

/** @throws where `value` was never accepted */
function dataOf({ value, envelope }: AcceptedContent): unknown {
  const json = parseJson(value, NOBODY);
  const data = json.outcome === 'json' && envelope === null && isJsonObject(json.value) ? structuredData(json.value, NOBODY) : json;
  if (data.outcome === 'rejection') throw new Error(`an accepted event cannot be read again: ${data.detail}`);
  return data.value;
}
