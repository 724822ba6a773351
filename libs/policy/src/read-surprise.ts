import { EARS_REACH_MAX, HISTORY_DAYS_MAX, RECENT_MAX, type SurpriseRules } from '@vong-gac/domain';
import { readFigures, type Sources } from './read-parts';
import { startOf, type Field, type Fields, type Range } from './yaml-fields';

const DAYS: Range = { min: 1, max: HISTORY_DAYS_MAX, whole: true };

/** What is usual, and from when on more is a surprise (docs/risk.md). What cannot be read has a stand-in; the problems say so. */
export function readSurprise(fields: Fields, field: Field | undefined, sources: Sources): SurpriseRules {
  const map = field && fields.map(field.node, field.at, 'surprise', ['window', 'poisson', 'ears']);
  const group = <N extends string>(name: string, ranges: Readonly<Record<N, Range>>) => readFigures(fields, map?.get(name), `surprise ${name}`, ranges, sources);
  const window = group('window', { hours: { min: 1, max: 24, whole: true }, leastObserved: { min: 1, max: RECENT_MAX, whole: true } });
  const poisson = group('poisson', { fromDays: DAYS, classDays: DAYS, addedCount: { min: 0.01, max: 10 }, dayHours: { min: 1, max: 24, whole: true } });
  const ears = group('ears', { days: { min: 3, max: EARS_REACH_MAX, whole: true }, gapDays: { min: 0, max: EARS_REACH_MAX, whole: true }, leastSpread: { min: 0.01, max: 100 } });
  checkReach(fields, poisson, ears);
  return { window: window.figures, poisson: poisson.figures, ears: ears.figures };
}

interface Group<N extends string> {
  figures: Record<N, number>;
  map: Map<string, Field>;
}

function checkReach(fields: Fields, poisson: Group<'fromDays'>, ears: Group<'days' | 'gapDays'>): void {
  const { days, gapDays } = ears.figures;
  const gap = ears.map.get('gapDays');
  if (gap === undefined || !ears.map.has('days')) return;
  const reach = days + gapDays;
  if (reach > EARS_REACH_MAX) {
    fields.problems.add(
      startOf(gap.node),
      { vi: `days và gapDays cộng lại là ${reach}, chỉ xét tối đa ${EARS_REACH_MAX}`, en: `days and gapDays are ${reach} together, at most ${EARS_REACH_MAX} are looked at` },
      { vi: 'lấy ít ngày hơn', en: 'take fewer' },
    );
  }
  const from = poisson.map.get('fromDays');
  const { fromDays } = poisson.figures;
  if (from !== undefined && fromDays < reach) {
    fields.problems.add(
      startOf(from.node),
      {
        vi: `fromDays (${fromDays}) nhỏ hơn tổng days và gapDays của ears (${reach}): trước đó khu sẽ không được so với gì, và không bao giờ được so theo ears`,
        en: `fromDays (${fromDays}) is less than the days and gapDays of ears (${reach}): a site would be compared with nothing before, and never by ears`,
      },
      { vi: `viết ${reach} trở lên`, en: `write ${reach} or more` },
    );
  }
}
