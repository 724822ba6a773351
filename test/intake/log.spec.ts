import { ConfigResourceTypes } from 'kafkajs';
import { waitFor } from '../support';
import { road, type Road } from './road';
import { incidentEvents as events } from './world';

/** Kafka's log and the ledger, on the real broker. */
describe('the log', () => {
  const ids = async ({ database }: Road) => (await database.query<{ id: string }>('SELECT event_id AS id FROM incidents')).map(({ id }) => id).sort();
  const stopped = async (a: Road, what: RegExp) => {
    const parts = await a.start();
    await waitFor(() => parts.transport.health().reasons.some((reason) => what.test(reason) && reason.includes(`ledger restart --topic ${a.topic}`)), { what: `the partition to be stopped because ${what}`, timeoutMs: 30_000 });
    expect(parts.transport.health()).toMatchObject({ live: true, ready: false });
  };

  it('is read from its start, whatever the group committed, and a resume counts nothing twice', async () => {
    const a = await road();
    await a.send(events('a', 50));
    await a.start();
    await a.reaches(50);
    await a.stop();
    await a.send(events('b', 30));
    await a.start();
    await a.reaches(80);
    expect(await a.account()).toEqual({ generation: 1, firstOffset: 0, nextOffset: 80, stored: 80, duplicate: 0, quarantined: 0, absent: 0, lost: 0 });
    // Published again, byte for byte: nothing new.
    await a.send([...events('a', 50), ...events('b', 30)]);
    await a.reaches(160);
    expect(await a.account()).toMatchObject({ stored: 80, duplicate: 80 });
    expect(await a.problems()).toEqual([]);
  });

  // Found by the faults (seed 1): a recreated topic of fewer records than the group had committed was never read, and every intake said that it was ready.
  it('is read although the group stands at its very end, and nothing more comes', async () => {
    const a = await road();
    await a.send(events('a', 6));
    await a.admin.setOffsets({ groupId: a.group, topic: a.topic, partitions: [{ partition: 0, offset: '6' }] });
    await a.start();
    await a.reaches(6);
    expect(await a.account()).toMatchObject({ firstOffset: 0, stored: 6 });
    expect(await a.problems()).toEqual([]);
  });

  it('books what retention removed before it was read as lost, and goes on', async () => {
    const a = await road();
    await a.send(events('a', 20));
    await a.start();
    await a.reaches(20);
    await a.stop();
    await a.send(events('b', 30));
    await a.admin.deleteTopicRecords({ topic: a.topic, partitions: [{ partition: 0, offset: '35' }] });
    await a.start();
    await a.reaches(50);
    expect(await a.account()).toMatchObject({ stored: 35, lost: 15, absent: 0 });
    expect(await ids(a)).toEqual([...events('a', 20), ...events('b', 30).slice(15)].map(({ id }) => id).sort());
    expect(await a.problems()).toEqual([expect.stringMatching(/15 records were deleted.*accept-lost/)]);
    expect(await a.ledger.acceptLost(a.topic, 'Lan', Date.now())).toBe(15);
    expect(await a.problems()).toEqual([]);
  });

  it('books control records as absent', async () => {
    const a = await road();
    await a.start();
    await a.send(events('a', 3), { transactionalId: a.topic });
    await a.send(events('b', 4), { transactionalId: a.topic });
    await a.send(events('c', 2));
    await a.reaches(11); // 3 + marker, 4 + marker, 2
    expect(await a.account()).toMatchObject({ stored: 9, absent: 2, lost: 0, quarantined: 0 });
    expect(await a.problems()).toEqual([]);
  });

  it('that was recreated and is shorter stops the partition; a restart takes it up in a new generation', async () => {
    const a = await road();
    await a.send(events('old', 40));
    await a.start();
    await a.reaches(40);
    await a.stop();
    await a.recreate();
    await a.send(events('new', 10));
    await stopped(a, /recreated or truncated/);
    expect(await ids(a)).toHaveLength(40);
    // Intake keeps running: it asks again by itself.
    await a.ledger.restart(a.topic, [{ partition: 0, logStart: 0 }], 'Lan', Date.now());
    await a.reaches(10);
    expect(await a.account()).toMatchObject({ generation: 2, firstOffset: 0, stored: 10 });
    expect(await ids(a)).toHaveLength(50);
    expect(await a.problems()).toEqual([]);
  });

  it('that was recreated and is longer already stops the partition too', async () => {
    const a = await road();
    await a.send(events('old', 10));
    await a.start();
    await a.reaches(10);
    await a.stop();
    await a.recreate();
    await a.send(events('new', 40));
    await stopped(a, /offset 9, the last that was recorded, holds another record/);
    expect(await ids(a)).toHaveLength(10);
    expect(await a.problems()).toEqual([expect.stringContaining('is stopped')]);
  });

  it('that is recreated while it is read stops the partition', async () => {
    const a = await road();
    await a.send(events('old', 25));
    const parts = await a.start();
    await a.reaches(25);
    await a.recreate();
    await a.send(events('new', 5));
    await waitFor(() => parts.transport.health().reasons.some((reason) => reason.includes('recreated or truncated')), { what: 'the partition to be stopped', timeoutMs: 40_000 });
    expect(await ids(a)).toHaveLength(25);
  });

  it('that is deleted while it is read is created again, stops, and is taken up after a restart', async () => {
    const a = await road();
    await a.send(events('old', 25));
    const parts = await a.start({ missingAfterMs: 1_000 });
    await a.reaches(25);
    await a.admin.deleteTopics({ topics: [a.topic] });
    await waitFor(async () => (await a.admin.listTopics()).includes(a.topic), { what: 'the topic to be there again', timeoutMs: 30_000 });
    await waitFor(() => parts.transport.health().reasons.some((reason) => reason.includes('recreated or truncated')), { what: 'the partition to be stopped', timeoutMs: 40_000 });
    const { resources } = await a.admin.describeConfigs({ includeSynonyms: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: a.topic, configNames: ['message.timestamp.type'] }] });
    expect(resources[0]?.configEntries[0]?.configValue).toBe('LogAppendTime');
    await a.send(events('new', 5));
    await a.ledger.restart(a.topic, [{ partition: 0, logStart: 0 }], 'Lan', Date.now());
    await a.reaches(5);
    expect(await ids(a)).toHaveLength(30);
  });
});
