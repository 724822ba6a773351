import { CrowdDifferences, type Side, type SideTold } from './crowd-differences';
import { EVENING, MINUTE_MS } from './decisions.spec-support';

const NONE: SideTold = { standing: null, told: null };
const RAISED: SideTold = { standing: { level: 'high', highestLevel: 'high' }, told: { change: 'raised', step: 'stop-inflow', level: 'high' } };

describe('differences of many places', () => {
  it('of equally bad ones each place has its first named before any place has its second, whatever else differs there', () => {
    const all = new CrowdDifferences();
    const place = (zone: string, raises: readonly Side[]): void => {
      raises.forEach((by, i) => {
        all.take({ siteId: 'dai-lai', zone }, EVENING + i * 2 * MINUTE_MS, { stored: NONE, new: NONE, [by]: RAISED });
        all.take({ siteId: 'dai-lai', zone }, EVENING + (i * 2 + 1) * MINUTE_MS, { stored: NONE, new: NONE });
      });
      all.ends();
    };
    const times = (n: number, by: Side): Side[] => Array<Side>(n).fill(by);
    place('y', times(12, 'stored'));
    place('x', [...times(12, 'new'), 'stored']);
    expect(all.count).toBe(25);
    expect(all.worst().map(({ zone, by }) => `${zone} ${by}`)).toEqual(['y stored', 'x stored', ...Array<string>(8).fill('y stored')]);
  });
});
