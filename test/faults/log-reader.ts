import { randomBytes } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { waitFor } from '../support/wait-for';
import { placeOf, type LogRecord, type Stretch } from './history';

const TRIES = 4;
const READ_WITHIN_MS = 15_000;

/**
 * What Kafka's log holds, read after the faults by a client that saw none of them: one that lives through them is itself under test.
 * @throws when a record that must be there does not come, whichever client asks.
 */
export async function readLog(brokers: string, stretches: readonly Stretch[]): Promise<LogRecord[]> {
  const wanted = stretches.filter(({ from, to }) => to > from);
  if (wanted.length === 0) return [];
  const found = new Map<string, LogRecord>();
  const missing = () => wanted.filter(({ topic, partition, generation, to }) => !found.has(placeOf({ topic, partition, generation, offset: to - 1 })));
  for (let left = TRIES; ; left -= 1) {
    try {
      await once(brokers, wanted, found, missing);
      return [...found.values()];
    } catch (error) {
      if (left === 1) throw error;
    }
  }
}

async function once(brokers: string, wanted: readonly Stretch[], found: Map<string, LogRecord>, missing: () => Stretch[]): Promise<void> {
  const kafka = new Kafka({ brokers: brokers.split(','), clientId: 'faults log', logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: `faults-log-${randomBytes(6).toString('hex')}`, maxWaitTimeInMs: 250 });
  const begins = new Map(wanted.map((stretch) => [`${stretch.topic}/${stretch.partition}`, stretch]));
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...new Set(wanted.map(({ topic }) => topic))], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic, partition, message: { offset: text, value } }) => {
        const offset = Number(text);
        const begin = begins.get(`${topic}/${partition}`);
        if (begin === undefined || offset < begin.from || offset >= begin.to) return; // what came meanwhile is read with the next stretch
        const place = { topic, partition, generation: begin.generation, offset };
        found.set(placeOf(place), { ...place, value: value ?? Buffer.alloc(0) });
      },
    });
    for (const { topic, partition, from } of wanted) consumer.seek({ topic, partition, offset: String(from) });
    await waitFor(() => missing().length === 0, { what: `Kafka's log to be read, ${wanted.length} partitions`, timeoutMs: READ_WITHIN_MS });
  } finally {
    await consumer.disconnect().catch(() => undefined);
  }
}
