import { POSTURE_NAMES, type Bilingual } from '@vong-gac/domain';
import { table } from '../terminal';
import type { CrowdAlerts } from './crowd-alerts';
import type { CrowdDifference, Side } from './crowd-differences';
import { levelName } from './policy-tables';

const both = ({ vi, en }: Bilingual): string => `${vi} / ${en}`;

/** What another policy tells of crowds, for people. @param names what the two sides are called */
export function crowdLines({ readings, stored, new: again, postures, places, different, differences }: CrowdAlerts, names: Readonly<Record<Side, Bilingual>>): string[] {
  if (readings === 0) return ['', 'không có số đếm khách nào trong khoảng đó: không nói gì về đám đông', 'no visitor volume is stored of that time: nothing is said of crowds'];
  const row = ({ siteId, zone, at, by, step, level, otherAt }: CrowdDifference): string[] => [
    siteId, zone ?? '', at, both(names[by]), both(POSTURE_NAMES[step]), levelName(level), otherAt ?? 'không / not at all',
  ];
  return [
    '',
    `${readings} số đếm khách: ${stored} báo động về đám đông ${names.stored.vi}, ${again} ${names.new.vi}; tình trạng đông khách khác đi ở ${postures} số đếm`,
    `${readings} visitor volumes: ${stored} alerts about crowds ${names.stored.en}, ${again} ${names.new.en}; the posture is another at ${postures} of them`,
    ...(places.length === 0 ? [] : ['', table(['cơ sở / site', 'khu / zone', both(names.stored), both(names.new)], places.map((each) => [each.siteId, each.zone ?? '', each.stored, each.new]))]),
    ...(different === 0 ? [] : [
      '',
      `${different} báo động chỉ có, hoặc có sớm hơn, ở một bên / alerts that one side raises alone, or earlier${different > differences.length ? ` (${differences.length} nặng nhất / the worst ${differences.length})` : ''}:`,
      table(['cơ sở / site', 'khu / zone', 'lúc / at', 'bên báo / told', 'tình trạng / posture', 'mức / level', 'bên kia báo lúc / the other tells at'], differences.map(row)),
    ]),
  ];
}
