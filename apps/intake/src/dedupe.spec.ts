import fc from 'fast-check';
import { decode } from '@vong-gac/contracts';
import { dedupe, type ReceivedEvent } from './dedupe';

const NOTHING_STORED = { incidents: new Map(), volumes: new Map() };

function received(offset: number, source: string, id: string, category: string): ReceivedEvent {
  const data = { siteId: 'dai-lai', category, status: 'Actual' };
  const value = Buffer.from(JSON.stringify({ specversion: '1.0', id, source, type: 'vn.vonggac.incident.reported.v1', data }));
  const record = { offset, timestamp: Date.UTC(2026, 1, 14), key: null, value, headers: [] };
  const event = decode(record);
  if (event.outcome !== 'event') throw new Error(event.detail);
  return { record, event };
}

it('of any run of events the first of each source and id is fresh, the same again a repeat, another content a conflict', () => {
  const one = fc.tuple(fc.constantFrom('a', 'ab', 'b'), fc.constantFrom('1', 'b1', '2'), fc.constantFrom('security.theft', 'fire.fire'));
  fc.assert(
    fc.property(fc.array(one, { maxLength: 12 }), (all) => {
      const firsts = new Map<string, string>();
      const expected = all.map(([source, id, category]) => {
        const key = JSON.stringify([source, id]);
        const first = firsts.get(key);
        if (first === undefined) firsts.set(key, category);
        return first === undefined ? 'fresh' : first === category ? 'repeat' : 'conflict';
      });
      const { fresh, repeats, conflicts } = dedupe(all.map((each, i) => received(i, ...each)), NOTHING_STORED, new Set());
      const at = (what: string): number[] => expected.flatMap((each, i) => (each === what ? [i] : []));
      expect(fresh.map(({ record }) => record.offset)).toEqual(at('fresh'));
      expect(conflicts.map(({ record }) => record.offset)).toEqual(at('conflict'));
      expect(repeats.reduce((sum, { count }) => sum + count, 0)).toBe(at('repeat').length);
    }),
  );
});
