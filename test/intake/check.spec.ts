import { CheckStore } from '@vong-gac/database';
import { shippedPolicies } from '@vong-gac/policy';
import { chunkOf, fire, incidentEvent, intakeWorld, volumeEvent, type World } from './world';

const PHANTOM = `INSERT INTO visitor_volumes (source, event_id, site_id, measured_at, received_at, occupancy, kind, original)
  SELECT source, 'phantom', site_id, measured_at, received_at, occupancy, kind, original FROM visitor_volumes LIMIT 1`;
const DELIVERED = `UPDATE alerts SET alert_status = 'delivered'`;
const deliver = (kind: string) => `UPDATE deliveries d SET state = 'delivered' FROM receivers r WHERE r.id = d.receiver_id AND r.kind = '${kind}'`;
const WEBHOOK = `INSERT INTO receivers (id, body_id, kind, url, secret) VALUES ('w1', 'ca-xuan-hoa', 'webhook', 'http://127.0.0.1:1/', 'whsec_AAAA')`;
const TOLD = `INSERT INTO deliveries (id, kind, receiver_id, alert_id, change, revision, escalation, message_key, body, created_at, next_attempt_at)
  SELECT gen_random_uuid(), 'alert', 'w1', id, 'raised', 1, 0, 'k', '{}', now(), now() FROM alerts`;

/** Two partitions; each type once where it belongs, a volume among the incidents too, a repeat of each type, and one record set apart. */
async function settledWorld(): Promise<World> {
  const world = await intakeWorld();
  await world.settle(chunkOf(0, [fire('x1'), incidentEvent({ id: 'x2' }), incidentEvent({ id: 'x2' }), volumeEvent({ id: 'v0' }), 'garbage']));
  await world.settle(chunkOf(0, [incidentEvent({ id: 'x3' })], { partition: 1 }));
  await world.settle(chunkOf(0, [volumeEvent({ id: 'v1' }), volumeEvent({ id: 'v1' })], { topic: 'visitor-volume.measured' }));
  return world;
}

/** What is remembered of the days is not what this suite damages. */
const DAYS_ANEW = [
  'DELETE FROM incident_days',
  `INSERT INTO incident_days SELECT site_id, (occurred_at AT TIME ZONE 'UTC' + interval '7 hours')::date, category, kafka_partition, count(*) FROM incidents WHERE status = 'Actual' AND corrects IS NULL GROUP BY 1, 2, 3, 4`,
];

describe('check counts each kind by itself', () => {
  let world: World;
  const problems = async () => (await new CheckStore(world.database, shippedPolicies).check()).problems;
  /** What it says of a sound database after the damage. */
  async function after(...damage: string[]): Promise<string[]> {
    world = await settledWorld();
    expect(await problems()).toEqual([]);
    for (const statement of [...damage, ...DAYS_ANEW]) await world.rows(statement);
    return problems();
  }

  it.each([
    ['a lost incident and a phantom volume', [`DELETE FROM incidents WHERE event_id = 'x2'`, PHANTOM],
      ['incident.reported, partition 0, generation 1: the ledger counts 2 stored incidents, the table holds 1', 'the ledger counts 2 stored visitor volumes, the table holds 3']],
    ['an incident under another partition', [`UPDATE incidents SET kafka_partition = 1 WHERE event_id = 'x2'`],
      ['incident.reported, partition 0, generation 1: the ledger counts 2 stored incidents, the table holds 1', 'incident.reported, partition 1, generation 1: the ledger counts 1 stored incidents, the table holds 2']],
    ['an incident of a generation that was never read', [`UPDATE incidents SET kafka_generation = 7 WHERE event_id = 'x3'`],
      ['incident.reported, partition 1, generation 1: the ledger counts 1 stored incidents, the table holds 0', 'no known topic, partition 1, generation 7: the ledger counts 0 stored incidents, the table holds 1']],
    ['a repeat booked under the other type', [`UPDATE event_repeats SET type = 'volume' WHERE event_id = 'x2'`],
      ['the ledger counts 1 repeated incidents, the table holds 0', 'the ledger counts 1 repeated visitor volumes, the table holds 2']],
    ['a quarantined record where the ledger has no row', [`UPDATE quarantine SET partition = 9`],
      ['incident.reported/0, generation 1: the ledger counts 1 quarantined records, the quarantine holds 0', 'incident.reported/9, generation 1: the ledger counts 0 quarantined records, the quarantine holds 1']],
  ])('names %s', async (_what, damage, expected) => {
    expect(await after(...damage)).toEqual(expected);
  });

  it('takes an alert for delivered only when a webhook took it, not the topic', async () => {
    expect(await after(DELIVERED, deliver('topic'))).toEqual([expect.stringMatching(/^alert .* is marked delivered, but no webhook took/)]);
    for (const statement of [WEBHOOK, TOLD]) await world.rows(statement);
    expect(await problems()).toHaveLength(1); // written, not taken
    await world.rows(deliver('webhook'));
    expect(await problems()).toEqual([]);
  });
});

describe('check counts the reports of a happening', () => {
  const founder = '/sites/dai-lai/security f1';
  let world: World;
  const problems = async () => (await new CheckStore(world.database, shippedPolicies).check()).problems;
  beforeEach(async () => {
    world = await intakeWorld({ situations: true });
    await world.settle(chunkOf(0, [fire('f1'), fire('f2', { description: 'nói "reports":9' }), fire('f3')]));
    expect(await problems()).toEqual([]);
  });
  const say = (eventId: string, from: number, to: number) => world.rows(`UPDATE incidents SET assessment = replace(assessment, '"reports":${from},', '"reports":${to},') WHERE event_id = '${eventId}'`);

  it.each([
    ['more than are stored', 'f2', 3, /f[23] joined the situation of .* as report 3 of it, although it can only be one of 2 to 2/],
    ['one, as if it stood alone', 'f2', 1, /f2 joined the situation of .* as report 1 of it, although it can only be one of 2 to 2/],
  ])('and names one that was counted as %s', async (_what, eventId, reports, sentence) => {
    await say(eventId, 2, reports);
    expect(await problems()).toEqual([expect.stringMatching(sentence)]);
    expect((await problems())[0]).toContain(founder);
  });

  it('and takes no fewer for a fault: a process begun anew may remember less', async () => {
    await say('f3', 3, 2);
    expect(await problems()).toEqual([]);
  });
});
