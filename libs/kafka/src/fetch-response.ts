import Decoder from 'kafkajs/src/protocol/decoder';
import { createErrorFromCode } from 'kafkajs/src/protocol/error';
import { readBatches, type Room } from './record-batch';

/** Where a batch's format is written, and the only format that Kafka has written since 0.11. */
const MAGIC_AT = 16;
const MAGIC = 2;

const NO_ERROR = 0;

/** What one answer is unpacked to, about: twice what a fetch asks for. Compressed batches beyond it are asked for again when these are settled. */
const UNPACKED_BYTES_AN_ANSWER = 8 * 1024 * 1024;

/** A format from before Kafka 0.11; kafkajs's own code reads it. */
class OldFormat extends Error {}

const readOffset = (decoder: Decoder): string => decoder.readInt64().toString();

/**
 * The answer to a Fetch request of version 11, as kafkajs's own decoder gives it, but with the records read by `readBatches`.
 * @returns null when the answer holds records in a format from before Kafka 0.11.
 * @throws the broker's error where it refuses the whole request. kafkajs looks at the partitions alone: it took such an answer for "nothing new" and
 * asked again at once, for ever, in a process that seemed well.
 */
export async function decodeFetch(raw: Buffer): Promise<object | null> {
  const decoder = new Decoder(raw);
  const room: Room = { bytes: UNPACKED_BYTES_AN_ANSWER };
  try {
    const clientSideThrottleTime = decoder.readInt32();
    const errorCode = decoder.readInt16();
    if (errorCode !== NO_ERROR) throw createErrorFromCode(errorCode);
    return {
      throttleTime: 0, // the broker has not throttled: it asks the client to do so
      clientSideThrottleTime,
      errorCode,
      sessionId: decoder.readInt32(),
      responses: await decoder.readArrayAsync((topic) => decodeTopic(topic, room)),
    };
  } catch (error) {
    if (error instanceof OldFormat) return null;
    throw error;
  }
}

async function decodeTopic(decoder: Decoder, room: Room): Promise<object> {
  return { topicName: decoder.readString(), partitions: await decoder.readArrayAsync((partition) => decodePartition(partition, room)) };
}

async function decodePartition(decoder: Decoder, room: Room): Promise<object> {
  return {
    partition: decoder.readInt32(),
    errorCode: decoder.readInt16(),
    highWatermark: readOffset(decoder),
    lastStableOffset: readOffset(decoder),
    lastStartOffset: readOffset(decoder),
    abortedTransactions: decoder.readArray((list) => ({ producerId: readOffset(list), firstOffset: readOffset(list) })),
    preferredReadReplica: decoder.readInt32(),
    messages: await decodeRecords(decoder, room),
  };
}

async function decodeRecords(decoder: Decoder, room: Room): Promise<object[]> {
  const size = decoder.readInt32();
  if (size <= 0 || !decoder.canReadBytes(size)) return [];
  const bytes = decoder.readBytes(size);
  if (bytes.length > MAGIC_AT && bytes[MAGIC_AT] !== MAGIC) throw new OldFormat();
  return readBatches(bytes, room);
}
