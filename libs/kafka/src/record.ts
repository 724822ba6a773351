import type { KafkaMessage } from 'kafkajs';
import type { KafkaRecord } from './chunk';
import { OrderedHeaders } from './patches';
import { FetchedRecord } from './record-batch';

const NONE: KafkaRecord['headers'] = [];

/** A record as kafkajs hands it out, in the product's own form. A header without a value becomes an empty one. */
export function toRecord(message: KafkaMessage | FetchedRecord): KafkaRecord {
  if (message instanceof FetchedRecord) return message;
  return {
    offset: Number(message.offset),
    timestamp: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: headersOf(message.headers),
  };
}

function headersOf(headers: unknown): KafkaRecord['headers'] {
  if (headers === undefined) return NONE; // the formats before headers (magic 0 and 1)
  if (headers instanceof OrderedHeaders) return headers.pairs;
  throw new Error('a record reached libs/kafka with headers that its patch of kafkajs did not decode');
}
