import fc from 'fast-check';
import { CheckStore } from '@vong-gac/database';
import { shippedPolicies } from '@vong-gac/policy';
import { decode, type RawRecord } from '../../libs/contracts/src';
import { incidentData, nestedData, volumeData } from '../../libs/contracts/src/fixtures/arbitraries';
import { cloudEvent, type Fields, recordOf } from '../../libs/contracts/src/fixtures/records';
import { TELLING_RECORDS } from '../../libs/contracts/src/fixtures/telling-records';
import { intakeWorld, recordAt, SITE, TOPIC, type World } from './world';

const PLACE = { topic: TOPIC, assignment: 1, following: null };

/** What became of an offset: an incident or a quarantine's reason, and the bytes that were kept. */
interface Ending {
  offset: number;
  as: string;
  bytes: Buffer | null;
}

describe('bad input on its whole road into Postgres', () => {
  let world: World;
  beforeAll(async () => {
    world = await intakeWorld({ situations: true });
  });
  afterEach(async () => expect((await new CheckStore(world.database, shippedPolicies).check()).problems).toEqual([]));

  async function settle(partition: number, raws: readonly RawRecord[]): Promise<Ending[]> {
    const records = raws.map((raw, offset) => recordAt(offset, null, raw));
    await world.settle({ ...PLACE, partition, records, firstOffset: 0, nextOffset: records.length });
    return world.rows<object & Ending>(
      `SELECT kafka_offset::int AS offset, 'event' AS as, convert_to(original, 'UTF8') AS bytes FROM incidents WHERE kafka_partition = $1
       UNION ALL SELECT "offset"::int, reason, value FROM quarantine WHERE partition = $1 ORDER BY 1`,
      [partition],
    );
  }

  it('each telling record ends as it must, all of them in one chunk, with its bytes as they came', async () => {
    const found = await settle(0, TELLING_RECORDS.map(({ record }) => record));
    expect(found.map(({ offset, as }) => [TELLING_RECORDS[offset]?.name, as])).toEqual(TELLING_RECORDS.map(({ name, outcome }) => [name, outcome]));
    const changed = found.filter(({ offset, bytes }) => Buffer.compare(bytes ?? NOTHING, TELLING_RECORDS[offset]?.record.value ?? NOTHING) !== 0);
    expect(changed).toEqual([]);
  });

  it('any data ends as `decode` says, and what is in order beside it is stored', async () => {
    const data = fc.oneof(incidentData, volumeData, nestedData, texts);
    const made = fc.sample(fc.tuple(fc.constantFrom('incidentReported' as const, 'visitorVolumeMeasured' as const), data), { numRuns: RECORDS, seed: SEED });
    const raws = made.flatMap(([kind, fields], i) => [odd(kind, fields, i), recordOf(JSON.stringify(cloudEvent('incidentReported', {}, { id: `good-${i}` })))]);
    await settle(1, raws);
    const expected = raws.map((raw) => decode(raw));
    const events = expected.filter(({ outcome }) => outcome === 'event').length;
    const { stored, quarantined, duplicate } = await world.account(TOPIC, 1);
    expect(stored + quarantined + duplicate).toBe(raws.length);
    expect(quarantined).toBeGreaterThanOrEqual(raws.length - events); // a site that nobody knows is refused after decoding
    const [good] = await world.rows<{ n: number }>("SELECT count(*)::int AS n FROM incidents WHERE event_id LIKE 'good-%'");
    expect(good?.n).toBe(RECORDS);
    const rows = await world.rows<{ event_id: string; original: string }>("SELECT event_id, original FROM incidents WHERE event_id LIKE 'odd-%' UNION ALL SELECT event_id, original FROM visitor_volumes WHERE event_id LIKE 'odd-%'");
    expect(rows.length).toBeGreaterThan(RECORDS / 4);
    for (const { event_id, original } of rows) expect(original).toBe(raws[2 * Number(event_id.slice('odd-'.length))]?.value?.toString());
  });
});

const NOTHING = Buffer.alloc(0);
const RECORDS = 600;
const SEED = 1;

/** Any text wherever an incident has one. */
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: 'grapheme', maxLength: 300 }));
const texts = fc.record({ description: text, category: text, zone: text, corrects: text }, { requiredKeys: [] });

const odd = (kind: 'incidentReported' | 'visitorVolumeMeasured', fields: Fields, i: number): RawRecord => recordOf(JSON.stringify(cloudEvent(kind, { siteId: SITE, ...fields }, { id: `odd-${i}` })));
