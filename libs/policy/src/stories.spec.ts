import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assess, categoryNames, categoryOf, explain, isDay, readingsByPlace, RISK_LEVELS, zoneKey, type Incident, type Registry, type RiskAssessment, type RiskContext, type RiskLevel, type VolumeReading, type Zone } from '@vong-gac/domain';
import { parse } from 'yaml';
import { at, DAI_LAI, incident, registry } from '../../domain/src/sample.spec-support';
import { builtInPolicy } from './built-in';

/** The stories of libs/policy/stories: what happened, how many guests, the level that is expected, words of the reasons. docs/risk.md says how to add one. */

interface Story {
  story: string;
  report: Partial<Omit<Incident, 'occurredAt'>> & { category: string; at?: string };
  /** At the report's own zone; or by zone, `site` for the whole site; absent: nobody counted. */
  guests?: number | Record<string, number>;
  /** How many of the kind were reported lately, and how many would be usual. */
  lately?: { observed: number; expected: number };
  /** Which report of the same happening it is, and from how many publishers they came. */
  reported?: { reports: number; sources: number };
  level: RiskLevel;
  because?: string[];
  not?: string[];
}

const FOLDER = join(__dirname, '..', 'stories');
const FIELDS = ['story', 'report', 'guests', 'lately', 'reported', 'level', 'because', 'not'];
const REPORT_FIELDS = ['category', 'zone', 'at', 'status', 'severity', 'urgency', 'certainty', 'verification', 'weapon', 'injured', 'involved', 'description'];
/** A Tuesday afternoon. */
const USUALLY = '2025-07-15 14:00';

const zone = (id: string, name: string, areaM2: number, capacity: number, water: boolean): Zone => ({ siteId: 'dai-lai', id, name, areaM2, capacity, water, exitWidthM: null });
/** As in the sample that `vong-gac seed` records. */
const PLACES: Registry = registry({
  sites: [{ ...DAI_LAI, capacity: 5500 }],
  zones: [zone('beach', 'Bãi tắm', 6000, 1800, true), zone('pool', 'Bể bơi', 1600, 600, true), zone('stage', 'Sân khấu ven hồ', 1000, 3000, false), zone('gate', 'Cổng chính', 800, 900, false)],
});

function read(file: string): Story[] {
  const stories = parse(readFileSync(join(FOLDER, file), 'utf8')) as Story[];
  for (const story of stories) {
    const unknown = [...Object.keys(story).filter((key) => !FIELDS.includes(key)), ...Object.keys(story.report).filter((key) => !REPORT_FIELDS.includes(key))];
    if (unknown.length > 0) throw new Error(`${file}, "${story.story}": unknown field ${unknown.join(', ')}; use ${FIELDS.join(', ')}, and in report ${REPORT_FIELDS.join(', ')}`);
    if (!RISK_LEVELS.includes(story.level)) throw new Error(`${file}, "${story.story}": level is ${story.level}; use one of ${RISK_LEVELS.join(', ')}`);
    if (story.report.at !== undefined && !(isDay(story.report.at.slice(0, 10)) && /^.{10} \d\d:\d\d$/.test(story.report.at))) throw new Error(`${file}, "${story.story}": at is ${story.report.at}; write "2025-07-19 20:00"`);
    for (const place of typeof story.guests === 'object' ? Object.keys(story.guests) : []) {
      if (place !== 'site' && !PLACES.zones.has(zoneKey('dai-lai', place))) throw new Error(`${file}, "${story.story}": guests of ${place}; use site, beach, pool, stage or gate`);
    }
  }
  return stories;
}

function judged({ report: { at: local = USUALLY, category, ...report }, guests, lately, reported }: Story): { assessment: RiskAssessment; report: Incident } {
  const occurredAt = at(local);
  const told = incident({ ...report, category: categoryOf(category).code, categoryAsSent: category, occurredAt });
  const counts = guests === undefined ? [] : Object.entries(typeof guests === 'number' ? { [told.zone ?? 'site']: guests } : guests);
  const readings = counts.map(([place, occupancy]): VolumeReading => ({ siteId: 'dai-lai', zone: place === 'site' ? null : place, occupancy, measuredAt: occurredAt - 300_000, volumeKind: 'measured' }));
  const context: RiskContext = { registry: PLACES, volumes: readingsByPlace(readings) };
  const baseline = lately === undefined ? null : ({ days: 60, ...lately, method: 'poisson', spread: null, windowHours: 2 } as const);
  return { assessment: assess(told, context, builtInPolicy(), { baseline, situation: reported ?? { reports: 1, sources: 1 } }).assessment, report: told };
}

const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml')).sort();

describe.each(files)('%s', (file) => {
  it.each(read(file).map((story) => [story.story, story] as const))('%s', (_, story) => {
    const { assessment, report } = judged(story);
    const texts = assessment.reasons.map((reason) => reason.text.vi);
    const said = { level: assessment.level, missing: (story.because ?? []).filter((words) => !texts.some((text) => text.includes(words))), unexpected: (story.not ?? []).filter((words) => texts.some((text) => text.includes(words))) };
    // What was said is part of what is compared, so that a story that fails shows it.
    expect({ ...said, reasons: texts, score: assessment.score }).toEqual({ level: story.level, missing: [], unexpected: [], reasons: texts, score: assessment.score });
    expect(explain(categoryNames(report.category), assessment, builtInPolicy().thresholds).vi).toMatch(/^.+: mức .+ điểm \(từ \d+ là .+\)/);
  });
});

it('there are at least sixty, each told once', () => {
  const told = files.flatMap((file) => read(file).map(({ story }) => story));
  expect(new Set(told).size).toBe(told.length);
  expect(told.length).toBeGreaterThanOrEqual(60);
});
