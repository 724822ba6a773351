import { POSTURE_NAMES, type Bilingual } from '@vong-gac/domain';
import { table } from '../terminal';
import type { CrowdAlerts } from './crowd-alerts';
import type { CrowdDifference, Side } from './crowd-differences';
import { bothNames, levelName } from './policy-tables';

/** How the answer speaks. */
export interface CrowdWords {
  /** What the two sides are called. */
  names: Readonly<Record<Side, Bilingual>>;
  /** Of which time. */
  time: Bilingual;
}

const CHANGES: Readonly<Record<CrowdDifference['change'], Bilingual>> = {
  raised: { vi: 'báo động', en: 'raised' }, lowered: { vi: 'hạ mức', en: 'lowered' }, cancelled: { vi: 'hủy báo động', en: 'taken back' },
};

/** What another policy tells of crowds, for people. */
export function crowdLines({ readings, stored, new: again, postures, places, different, differences }: CrowdAlerts, { names, time }: CrowdWords): string[] {
  if (readings === 0) return ['', `không có số đếm khách nào được tính ${time.vi}: chưa thể kết luận về đám đông`, `no visitor volume counted ${time.en}: nothing can be said of crowds`];
  const row = ({ siteId, zone, at, by, change, step, level, otherAt, pending }: CrowdDifference): string[] => [
    siteId, zone ?? '', at, bothNames(names[by]), bothNames(CHANGES[change]), bothNames(POSTURE_NAMES[step]), levelName(level), otherAt ?? (pending ? 'chưa / not yet' : 'không / not at all'),
  ];
  return [
    '',
    `${readings} số đếm khách: ${stored} báo động về đám đông ${names.stored.vi}, ${again} ${names.new.vi}; tình trạng đông khách khác đi ở ${postures} số đếm`,
    `${readings} visitor volumes: ${stored} alerts about crowds ${names.stored.en}, ${again} ${names.new.en}; the posture is another at ${postures} of them`,
    ...(places.length === 0 ? [] : ['', table(['cơ sở / site', 'khu / zone', bothNames(names.stored), bothNames(names.new)], places.map((each) => [each.siteId, each.zone ?? '', each.stored, each.new]))]),
    ...(different === 0 ? [] : [
      '',
      `${different} lần chỉ một bên báo động, hạ mức hoặc hủy báo động, hay làm sớm hơn bên kia / times that one side raises, lowers or takes back an alert alone, or earlier${different > differences.length ? ` (${differences.length} lần đáng lo nhất / the worst ${differences.length})` : ''}:`,
      table(['cơ sở / site', 'khu / zone', 'lúc / at', 'bên / side', 'việc / what', 'tình trạng / posture', 'mức / level', 'bên kia lúc / the other at'], differences.map(row)),
    ]),
  ];
}
