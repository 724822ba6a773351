import { builtInPolicy } from '@vong-gac/policy';
import { emptyMemory, historyOf, type Incident, type Registry, type SiteHistory, type VisitorVolume } from '@vong-gac/domain';
import type { SiteDay, VolumeWrite } from '@vong-gac/database';
import { SiteMemories } from './site-memories';

const SATURDAY = Date.UTC(2025, 6, 19, 8);
const SUNDAY = Date.UTC(2025, 6, 20, 1);
const CHUNK = { topic: 'incident.reported', partition: 0, assignment: 1 };
const REGISTRY = { siteEvents: new Map() } as unknown as Registry;
const incident = (occurredAt: number) => ({ siteId: 'dai-lai', occurredAt, backfill: false, status: 'Actual', corrects: null }) as Incident;
const guestsOf = (measuredAt: number) => ({ volume: { siteId: 'dai-lai', zone: null, volumeKind: 'measured', measuredAt } as VisitorVolume, implausible: null }) as VolumeWrite;
const historyBefore = (day: SiteDay['day']): SiteHistory => historyOf(day, [], [], () => 'weekend');

/** A store whose histories are read when the test says so. */
function store() {
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  return {
    asked,
    read: () => waiting.shift()?.(),
    load: async ([site]: readonly SiteDay[]) => new Map([[site?.siteId ?? '', emptyMemory(historyBefore(site?.day ?? '0001-01-01'))]]),
    histories: async ([site]: readonly SiteDay[]) => {
      if (site === undefined) throw new Error('histories of no site');
      asked.push(site.day);
      await new Promise<void>((resolve) => waiting.push(resolve));
      return new Map([[site.siteId, historyBefore(site.day)]]);
    },
  };
}

describe('what a site is used to', () => {
  const { situations, surprise } = builtInPolicy();
  const rules = { situations, surprise };

  it('is read again where guests of the day before were recorded while a new day was being read', async () => {
    const stored = store();
    const memories = new SiteMemories(stored);
    const of = (occurredAt: number) => memories.of(CHUNK, [incident(occurredAt)], REGISTRY, rules);
    await of(SATURDAY);
    const sunday = of(SUNDAY);
    memories.heard([guestsOf(SATURDAY)]); // Saturday is no day before the one that is kept, and one before the one that is read
    stored.read();
    await sunday;
    const again = of(SUNDAY);
    stored.read();
    expect((await again).get('dai-lai')?.history.day).toBe('2025-07-20');
    expect(stored.asked).toEqual(['2025-07-20', '2025-07-20']);
    await of(SUNDAY);
    expect(stored.asked).toHaveLength(2);
  });

  it('is not read again for guests of the same day', async () => {
    const stored = store();
    const memories = new SiteMemories(stored);
    await memories.of(CHUNK, [incident(SATURDAY)], REGISTRY, rules);
    memories.heard([guestsOf(SATURDAY)]);
    await memories.of(CHUNK, [incident(SATURDAY)], REGISTRY, rules);
    expect(stored.asked).toEqual([]);
  });

  it('is loaded anew where other days of events were seeded: the class of past days is another', async () => {
    const loaded: string[] = [];
    const stored = store();
    const memories = new SiteMemories({ ...stored, load: async (sites) => (loaded.push('loaded'), stored.load(sites)) });
    const of = (registry: Registry) => memories.of(CHUNK, [incident(SATURDAY)], registry, rules);
    const first = await of(REGISTRY);
    expect((await of({ ...REGISTRY })).get('dai-lai')).toBe(first.get('dai-lai'));
    expect((await of({ siteEvents: new Map() } as unknown as Registry)).get('dai-lai')).not.toBe(first.get('dai-lai'));
    expect(loaded).toHaveLength(2);
  });
});
