import { CROWD_ALERT_LEVELS, CROWD_STEPS, type Bilingual, type CrowdAlertLevel, type CrowdBand, type CrowdRules, type CrowdStep } from '@vong-gac/domain';
import { readFigures, type Sources } from './read-parts';
import { placeOf, startOf, type Field, type Fields, type Range } from './yaml-fields';

const SHARE: Range = { min: 0, max: 1 };
const PEOPLE: Range = { min: 0, max: 1_000_000, whole: true };
const SECONDS: Range = { min: 0, max: 86_400, whole: true };
const HOUR: Range = { min: 0, max: 24, whole: true };
/** Times the capacity, or people per m². */
const BEYOND: Range = { min: 1, max: 100 };
const NIGHTS: Range = { min: 1, max: 30, whole: true };
/** Where nothing is compared with it, a reading would be too old at once. */
const FRESH: Range = { ...SECONDS, min: 60 };
/** With less, every count of a growing crowd would be told. */
const AGAIN_SHARE: Range = { min: 0.01, max: 1, absent: 0.1 };
const AGAIN_DENSITY: Range = { min: 0.1, max: 10, absent: 1 };
/** Beyond it a crowd would hold a step that it is far below. */
const HYSTERESIS: Range = { min: 0, max: 0.5 };

const GROUPS = ['ratio', 'density', 'inflow', 'hold', 'fresh', 'alert', 'jump', 'stall', 'night', 'drift'] as const satisfies readonly (keyof CrowdRules)[];

/** How full a place is, and which counts are believed (docs/risk-crowd.md). What cannot be read has a stand-in; the problems say so. */
export function readCrowd(fields: Fields, field: Field | undefined, sources: Sources): CrowdRules {
  const map = field && fields.map(field.node, field.at, 'crowd', GROUPS);
  const group = <N extends string>(name: (typeof GROUPS)[number], ranges: Readonly<Record<N, Range>>, ...more: string[]) => readFigures(fields, map?.get(name), `crowd ${name}`, ranges, sources, more);
  const bandsOf = (name: 'ratio' | 'density'): { bands: CrowdBand[] } => ({ bands: readBands(fields, group(name, {}, 'bands').map.get('bands')) });
  const inflow = group('inflow', { peoplePerMetreAndMinute: { min: 1, max: 1_000 } }, 'bands');
  const stall = group('stall', { people: { ...PEOPLE, min: 1 }, spread: SHARE, seconds: SECONDS, readings: { min: 2, max: 1_000, whole: true }, gapSeconds: SECONDS, fromHour: HOUR, toHour: HOUR, siteToHour: { ...HOUR, absent: HOUR.max }, moves: SHARE });
  const alert = group('alert', { againShare: AGAIN_SHARE, againDensity: AGAIN_DENSITY }, 'levels');
  const night = group('night', { dayBegins: { ...HOUR, max: 23 }, gapSeconds: SECONDS, people: { ...PEOPLE, min: 1 }, reset: SHARE, kept: SHARE, nights: NIGHTS, givesUp: NIGHTS, remembered: NIGHTS });
  const jump = group('jump', { share: SHARE, people: PEOPLE, sharePerMinute: SHARE, agreeSeconds: SECONDS, mostRatio: BEYOND, mostDensity: BEYOND });
  const [ratio, density] = [bandsOf('ratio'), bandsOf('density')];
  checkBeyond(fields, jump.map.get('mostRatio'), ['mostRatio', jump.figures.mostRatio], ['ratio', ratio.bands]);
  checkBeyond(fields, jump.map.get('mostDensity'), ['mostDensity', jump.figures.mostDensity], ['density', density.bands]);
  checkRange(fields, stall.map, ['fromHour', stall.figures.fromHour], ['toHour', stall.figures.toHour]);
  checkRange(fields, stall.map, ['fromHour', stall.figures.fromHour], ['siteToHour', stall.figures.siteToHour]);
  checkRange(fields, night.map, ['reset', night.figures.reset], ['kept', night.figures.kept]);
  checkRemembered(fields, night);
  return {
    ratio,
    density,
    inflow: { bands: readBands(fields, inflow.map.get('bands')), ...inflow.figures },
    hold: group('hold', { hysteresis: HYSTERESIS, seconds: SECONDS }).figures,
    fresh: group('fresh', { seconds: FRESH }).figures,
    alert: { levels: readLevels(fields, alert.map.get('levels')), ...alert.figures },
    jump: jump.figures,
    stall: { ...stall.figures, siteToHour: stall.map.has('siteToHour') ? stall.figures.siteToHour : stall.figures.toHour },
    night: night.figures,
    drift: group('drift', { share: SHARE, people: PEOPLE, windowTolerance: SHARE }).figures,
  };
}

/** Steps that a count can reach; below all of them a place is normal. */
const REACHED = CROWD_STEPS.slice(1);
const rankOf = (step: CrowdStep): number => CROWD_STEPS.indexOf(step);

function readBands(fields: Fields, field: Field | undefined): CrowdBand[] {
  if (field === undefined) return [];
  const bands: CrowdBand[] = [];
  const unread = fields.problems.count;
  const nodes = fields.list(field.node, field.at, 'bands');
  if (nodes.length === 0 && fields.problems.count === unread) {
    fields.problems.add(
      placeOf(field),
      { vi: 'bands để trống: nơi này lúc nào cũng coi là bình thường', en: 'bands is empty: a place would always be normal' },
      { vi: `viết ít nhất một bậc, ví dụ { step: ${REACHED.at(-1)}, from: … }`, en: `write one band at least, such as { step: ${REACHED.at(-1)}, from: … }` },
    );
  }
  for (const node of nodes) {
    const before = fields.problems.count;
    const map = fields.map(node, startOf(node), { vi: 'bậc trong bands', en: 'the band' }, ['step', 'from'], ['above']);
    const step = fields.word(map?.get('step'), 'step', REACHED);
    const from = fields.number(map?.get('from'), 'from', { min: 0, max: 1_000_000 });
    const above = fields.flag(map?.get('above'), 'above');
    if (step === undefined || fields.problems.count > before) continue;
    const band: CrowdBand = above ? { step, from, above } : { step, from };
    const last = bands.at(-1);
    if (last !== undefined && !rises(last, band)) {
      const [here, under] = [wordsOf(band), wordsOf(last)];
      fields.problems.add(
        startOf(node),
        { vi: `bậc ${step} (${here.vi}) không cao hơn bậc trước (${last.step}, ${under.vi})`, en: `the band ${step} (${here.en}) does not rise above the one before (${last.step}, ${under.en})` },
        { vi: `xếp các bậc theo step (${REACHED.join(', ')}) và theo from, thấp nhất trước`, en: `order the bands by step (${REACHED.join(', ')}) and by from, the lowest first` },
      );
    }
    bands.push(band);
  }
  return bands;
}

const wordsOf = ({ from, above }: CrowdBand): Bilingual => (above === true ? { vi: `trên ${from}`, en: `above ${from}` } : { vi: `từ ${from}`, en: `from ${from}` });

function rises(before: CrowdBand, band: CrowdBand): boolean {
  if (rankOf(band.step) <= rankOf(before.step)) return false;
  return band.from > before.from || (band.from === before.from && band.above === true && before.above !== true);
}

/** Else a crowd that grows would take its alert back, or be told more quietly. */
function readLevels(fields: Fields, field: Field | undefined): CrowdRules['alert']['levels'] {
  const map = field && fields.map(field.node, field.at, 'levels', [], REACHED);
  const levels: Partial<Record<CrowdStep, CrowdAlertLevel>> = {};
  if (field === undefined || map == null) return levels;
  if (map.size === 0) {
    fields.problems.add(
      placeOf(field),
      { vi: 'levels để trống: công an không được báo về đám đông nào', en: 'levels is empty: the police would be told of no crowd' },
      { vi: 'viết ít nhất breach: critical', en: 'write breach: critical at least' },
    );
  }
  let below: { step: CrowdStep; level: CrowdAlertLevel } | null = null;
  for (const step of REACHED) {
    const level = fields.word(map.get(step), step, CROWD_ALERT_LEVELS);
    if (level !== undefined) levels[step] = level;
    if (below !== null && !map.has(step)) {
      fields.problems.add(
        field.at,
        { vi: `levels thiếu ${step}, trong khi ${below.step} được báo ở mức ${below.level}`, en: `levels has no ${step}, although ${below.step} is told as ${below.level}` },
        { vi: `thêm ${step}: ${below.level}, hoặc mức cao hơn`, en: `add ${step}: ${below.level}, or a higher level` },
      );
    }
    if (below?.level === 'critical' && level === 'high') {
      fields.problems.add(
        startOf(map.get(step)?.node),
        { vi: `mức hạ từ critical (${below.step}) xuống high (${step}) trong khi khách đông lên`, en: `the level falls from critical (${below.step}) to high (${step}) while the crowd grows` },
        { vi: 'để mức tăng theo các bậc', en: 'let levels rise with the steps' },
      );
    }
    if (level !== undefined) below = { step, level };
  }
  return levels;
}

function checkRange(fields: Fields, map: Map<string, Field>, [low, least]: readonly [string, number], [high, most]: readonly [string, number]): void {
  const place = map.get(high);
  if (place === undefined || !map.has(low) || least < most) return;
  fields.problems.add(
    startOf(place.node),
    { vi: `${high} (${most}) không lớn hơn ${low} (${least})`, en: `${high} (${most}) is not above ${low} (${least})` },
    { vi: `để ${low} nhỏ hơn ${high}`, en: `let ${low} be less than ${high}` },
  );
}

/** A count that reaches a band must not be one that is never believed. */
function checkBeyond(fields: Fields, place: Field | undefined, [name, most]: readonly [string, number], [gauge, bands]: readonly [string, readonly CrowdBand[]]): void {
  const top = bands.at(-1);
  if (place === undefined || top === undefined || most > top.from) return;
  fields.problems.add(
    placeOf(place),
    { vi: `${name} (${most}) không lớn hơn bậc ${top.step} của ${gauge} (${top.from}): số đếm ở bậc đó sẽ không bao giờ được tin`, en: `${name} (${most}) is not above the band ${top.step} of ${gauge} (${top.from}): a count that reaches it would never be believed` },
    { vi: `để ${name} lớn hơn ${top.from}`, en: `let ${name} be more than ${top.from}` },
  );
}

function checkRemembered(fields: Fields, { figures: { nights, givesUp, remembered }, map }: { figures: Record<'nights' | 'givesUp' | 'remembered', number>; map: Map<string, Field> }): void {
  const most = Math.max(nights, givesUp);
  const place = map.get('remembered');
  if (place !== undefined && remembered < most) {
    fields.problems.add(
      startOf(place.node),
      { vi: `chỉ nhớ ${remembered} đêm, trong khi cần ${most} đêm (nights, givesUp)`, en: `only ${remembered} nights are remembered, ${most} are asked for (nights, givesUp)` },
      { vi: `để remembered từ ${most} trở lên`, en: `let remembered be ${most} or more` },
    );
  }
}
