import { KafkaAdmin, createKafka } from '@vong-gac/kafka';
import { waitFor } from '../../support/wait-for';
import { INCIDENTS, RECREATED } from '../history';
import type { House } from '../house';
import { vongGac } from '../operator';
import { Resorts } from '../resorts';
import { AWAY_MS, INTAKE_ALONE, pause, type Done, type Kind, type Scene } from './context';

/** Two looks of intake, five seconds apart, must agree that a log ends below the ledger. */
const SAID_WITHIN_MS = 30_000;
const BOOKED_WITHIN_MS = 30_000;

const topicKind = (name: string, needs: readonly string[], does: (scene: Scene, chance: number) => Promise<Done>): Kind => ({
  name,
  breaks: ['intake', 'kafka'],
  allowMs: AWAY_MS,
  plan: (random) => {
    const chance = random.next();
    return { needs, does: (scene) => does(scene, chance) };
  },
});

/** A partition more, and records in it at once: who read the others must find it. Keys move to other partitions as publishers learn of it. */
async function partitionAdded({ house, resorts, witness }: Scene): Promise<Done> {
  const count = await witness.operate(async (admin) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [INCIDENTS] });
    const next = (topics[0]?.partitions.length ?? 0) + 1;
    await admin.createPartitions({ topicPartitions: [{ topic: INCIDENTS, count: next }] });
    return next;
  });
  await waitFor(async () => (await partitionsOf(house)) === count, { what: 'Kafka to have the new partition' });
  const producer = Resorts.producer(house.brokers);
  try {
    await resorts.send(Array.from({ length: 20 }, () => ({ ...resorts.events.theft(), partition: count - 1 })), producer);
  } finally {
    await producer.close();
  }
  return { detail: `now ${count} partitions` };
}

async function partitionsOf({ brokers }: House): Promise<number> {
  const admin = new KafkaAdmin(createKafka({ brokers: brokers.split(','), clientId: 'faults partitions' }));
  try {
    return (await admin.partitionEnds(INCIDENTS)).length;
  } finally {
    await admin.close();
  }
}

/** Deleted and created again while resorts publish: nothing of the new log may be taken for the old one's, and intake must say so until an operator decides. */
async function recreated(scene: Scene): Promise<Done> {
  const { house, resorts, log, witness } = scene;
  const release = await resorts.hold();
  try {
    // What was acknowledged must be read before its log is deleted: what an operator deletes unread is nobody's promise.
    await waitFor(async () => (await witness.unsettled()).length === 0, { what: 'everything to be read before the topic is deleted', timeoutMs: 60_000, intervalMs: 100 });
    await log.keep();
    const count = await partitionsOf(house);
    await witness.operate((admin) => admin.deleteTopics({ topics: [INCIDENTS] }));
    const admin = new KafkaAdmin(createKafka({ brokers: house.brokers.split(','), clientId: 'faults operator' }));
    try {
      await waitFor(async () => !(await admin.topicExists(INCIDENTS)), { what: 'the topic to be gone' });
      await waitFor(async () => (await admin.ensureTopics([{ topic: INCIDENTS, partitions: count }])).length === 1, { what: 'the topic to be there again' });
    } finally {
      await admin.close();
    }
    log.recreated(INCIDENTS);
    await witness.lookAnew();
  } finally {
    release();
  }
  const saysSo = async () => (await Promise.all(house.intakes.map((each) => each.complaints()))).flat().find((reason) => reason.includes(`ledger restart --topic ${INCIDENTS}`));
  const said = await waitFor(saysSo, { what: 'an intake to say that the topic was recreated', timeoutMs: SAID_WITHIN_MS, intervalMs: 200 }).catch(() => null);
  await pause(500);
  const decided = await vongGac(house, 'ledger', 'restart', '--topic', INCIDENTS, '--by', 'Lan');
  const wrong = said === null ? `no intake said within ${SAID_WITHIN_MS / 1_000} s that the topic was recreated` : decided.code === 0 ? undefined : `ledger restart ended with ${decided.code}: ${decided.err}`;
  await Promise.all(house.intakes.map((each) => each.ready()));
  return { detail: `${INCIDENTS}; intake said: ${said?.slice(0, 160) ?? 'nothing'}`, wrong };
}

/** Kafka removes what nobody has read yet: intake books exactly those offsets as lost, says so, and goes on. */
async function retention(scene: Scene, chance: number): Promise<Done> {
  const { house } = scene;
  await Promise.all(house.intakes.map((each) => each.end()));
  // Whatever comes of it, what follows in the seed needs them.
  const { partition, generation, lost, from, to, endOffset } = await removeUnread(scene, chance).finally(() => house.intakes.forEach((each) => each.start()));
  const lostNow = async () => (await house.database.query<{ lost: number }>('SELECT lost FROM intake_ledger WHERE topic = $1 AND partition = $2 AND generation = $3', [INCIDENTS, partition, generation]))[0]?.lost ?? 0;
  const booked = await waitFor(async () => (await lostNow()) > lost, { what: 'the lost offsets to be booked', timeoutMs: BOOKED_WITHIN_MS, intervalMs: 100 }).catch(() => false);
  const { out } = await vongGac(house, 'check', '--json');
  const sentence = `${to - from} records were deleted by Kafka's retention before they were read`;
  const wrong = !booked ? `nothing was booked as lost within ${BOOKED_WITHIN_MS / 1_000} s` : out.includes(sentence) ? undefined : `vong-gac check does not say that ${sentence}: ${out.slice(-500)}`;
  await vongGac(house, 'ledger', 'accept-lost', '--topic', INCIDENTS, '--by', 'Lan');
  await Promise.all(house.intakes.map((each) => each.ready()));
  return { detail: `${INCIDENTS}/${partition}: offsets ${from}–${to - 1} of ${endOffset}`, removed: [{ topic: INCIDENTS, partition, generation, from, to }], wrong };
}

/** While no intake runs: publishes, and removes the beginning of what waits in the fullest partition. */
async function removeUnread({ house, resorts, log, witness }: Scene, chance: number): Promise<{ partition: number; generation: number; lost: number; from: number; to: number; endOffset: number }> {
  const ledger = await house.database.query<{ partition: number; generation: number; next: number; lost: number }>('SELECT partition, generation, next_offset AS next, lost FROM intake_ledger WHERE topic = $1 AND closed_at IS NULL', [INCIDENTS]);
  const opened = new Map(ledger.map((row) => [row.partition, row]));
  await resorts.send(Array.from({ length: 300 }, () => resorts.events.theft()));
  const ends = (await witness.endsNow()).filter(({ topic }) => topic === INCIDENTS);
  await log.keep(); // at least to those ends: what comes later (a flood beside it) is not removed
  const waiting = ends.map(({ partition, endOffset }) => ({ partition, from: opened.get(partition)?.next ?? 0, endOffset })).sort((a, b) => b.endOffset - b.from - (a.endOffset - a.from));
  const [fullest] = waiting;
  if (fullest === undefined || fullest.endOffset - fullest.from < 2) throw new Error('no partition has two records that nobody has read');
  const { partition, from, endOffset } = fullest;
  // At least one record is left: what comes behind a gap shows it.
  const to = from + 1 + Math.floor(chance * (endOffset - from - 1));
  await witness.operate(async (admin) => {
    await admin.fetchTopicOffsets(INCIDENTS); // without it kafkajs does not know yet who leads the partition
    await admin.deleteTopicRecords({ topic: INCIDENTS, partitions: [{ partition, offset: String(to) }] });
  });
  const { generation = 1, lost = 0 } = opened.get(partition) ?? {};
  return { partition, generation, lost, from, to, endOffset };
}

export const TOPIC_KINDS: readonly Kind[] = [
  topicKind('a partition added', ['cable to Kafka'], partitionAdded),
  topicKind(RECREATED, INTAKE_ALONE, recreated),
  topicKind('retention overtakes a reader', INTAKE_ALONE, retention),
];
