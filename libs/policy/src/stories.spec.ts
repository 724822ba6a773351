import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assess, categoryNames, categoryOf, explain, isDay, readingsByPlace, RISK_LEVELS, zoneKey, type BaselineUsed, type Bilingual, type Incident, type Registry, type RiskAssessment, type RiskContext, type RiskLevel, type VolumeReading, type Zone } from '@vong-gac/domain';
import { parse } from 'yaml';
import { at, DAI_LAI, incident, registry } from '../../domain/src/sample.spec-support';
import { builtInPolicy } from './built-in';
import { FACT_TABLE, isFact } from './fact-table';

/** The stories of libs/policy/stories: what happened, how many guests, the level that is expected, words of the reasons. docs/risk.md says how to add one. */

interface Story {
  story: string;
  report: Partial<Omit<Incident, 'occurredAt'>> & { category: string; at?: string };
  /** At the report's own zone; or by zone, `site` for the whole site; absent: nobody counted. */
  guests?: number | Record<string, number>;
  /** How many of the kind were reported lately, and how many would be usual; with `spread` (EARS) in the whole day at a site that is new, else in two hours. */
  lately?: { observed: number; expected: number; spread?: number };
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
/** As in the sample that `vong-gac seed` records, and with a concert at the end of July. */
const PLACES: Registry = registry({
  sites: [{ ...DAI_LAI, capacity: 5500 }],
  zones: [zone('beach', 'Bãi tắm', 6000, 1800, true), zone('pool', 'Bể bơi', 1600, 600, true), zone('stage', 'Sân khấu ven hồ', 1000, 3000, false), zone('gate', 'Cổng chính', 800, 900, false)],
  siteEvents: new Map([['dai-lai', [{ siteId: 'dai-lai', from: '2025-07-26', to: '2025-07-27', name: 'Đêm nhạc ven hồ' }]]]),
});

function read(file: string): Story[] {
  const stories = parse(readFileSync(join(FOLDER, file), 'utf8')) as Story[];
  for (const story of stories) {
    const wrong = problemOf(story);
    if (wrong !== null) throw new Error(`${file}, “${story.story}”: ${wrong.vi} / ${wrong.en}`);
  }
  return stories;
}

/** What a story says and nothing could: it would be left out silently, and the story would hold for something else. null: nothing. */
function problemOf(story: Story): Bilingual | null {
  const { report, guests, level } = story;
  const unknown = [...Object.keys(story).filter((key) => !FIELDS.includes(key)), ...Object.keys(report).filter((key) => !REPORT_FIELDS.includes(key))];
  if (unknown.length > 0) return either(`trường không hợp lệ ${unknown.join(', ')}; chỉ dùng`, `unknown field ${unknown.join(', ')}; use`, `${FIELDS.join(', ')}; report: ${REPORT_FIELDS.join(', ')}`);
  if (!RISK_LEVELS.includes(level)) return either(`level không nhận giá trị '${level}'; dùng một trong`, `level is never '${level}'; use one of`, RISK_LEVELS.join(', '));
  for (const [name, value] of Object.entries(report)) {
    const right = rightValue(name, value);
    if (right !== null) return either(`${name} không nhận giá trị '${String(value)}'; dùng`, `${name} is never '${String(value)}'; use`, right);
  }
  const elsewhere = typeof guests === 'object' ? Object.keys(guests).filter((place) => place !== 'site' && !PLACES.zones.has(zoneKey('dai-lai', place))) : [];
  return elsewhere.length === 0 ? null : either(`guests không có nơi ${elsewhere.join(', ')}; dùng`, `guests of ${elsewhere.join(', ')}; use`, 'site, beach, pool, stage, gate');
}

const either = (vi: string, en: string, right: string): Bilingual => ({ vi: `${vi} ${right}`, en: `${en} ${right}` });

/** What a field of a report may be, where this it may not. */
function rightValue(name: string, value: unknown): string | null {
  if (name === 'at') return typeof value === 'string' && isDay(value.slice(0, 10)) && /^.{10} \d\d:\d\d$/.test(value) ? null : '"2025-07-19 20:00"';
  const kind = isFact(name) ? FACT_TABLE[name] : null;
  // A category may be misspelt: so are reports.
  if (kind?.type === 'word' && name !== 'category') return kind.words.includes(String(value)) ? null : kind.words.join(', ');
  if (kind?.type === 'bool') return typeof value === 'boolean' ? null : 'true, false';
  if (kind?.type === 'double') return Number.isInteger(value) && Number(value) >= kind.min && Number(value) <= kind.max ? null : `${kind.min} … ${kind.max}`;
  return typeof value === 'string' ? null : '"…"';
}

function judged({ report: { at: local = USUALLY, category, ...report }, guests, lately, reported }: Story): { assessment: RiskAssessment; report: Incident } {
  const occurredAt = at(local);
  const told = incident({ ...report, category: categoryOf(category).code, categoryAsSent: category, occurredAt });
  const counts = guests === undefined ? [] : Object.entries(typeof guests === 'number' ? { [told.zone ?? 'site']: guests } : guests);
  const readings = counts.map(([place, occupancy]): VolumeReading => ({ siteId: 'dai-lai', zone: place === 'site' ? null : place, occupancy, measuredAt: occurredAt - 300_000, volumeKind: 'measured' }));
  const context: RiskContext = { registry: PLACES, volumes: readingsByPlace(readings) };
  const baseline = lately === undefined ? null : baselineOf(lately);
  return { assessment: assess(told, context, builtInPolicy(), { baseline, situation: reported ?? { reports: 1, sources: 1 } }).assessment, report: told };
}

function baselineOf({ observed, expected, spread }: NonNullable<Story['lately']>): BaselineUsed {
  return spread === undefined ? { days: 60, expected, method: 'poisson', observed, spread: null, windowHours: 2 } : { days: 7, expected, method: 'ears-c2', observed, spread, windowHours: 24 };
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

it.each<[report: object, problem: string]>([
  [{ severity: 'severe' }, "severity không nhận giá trị 'severe'; dùng Extreme, Severe, Moderate, Minor, Unknown"],
  [{ weapon: 'yes' }, "weapon không nhận giá trị 'yes'; dùng true, false"],
  [{ verification: 5 }, "verification không nhận giá trị '5'; dùng 0 … 4"],
  [{ injured: '2' }, ''],
  [{ injured: -1 }, ''],
  [{ status: 'Drill' }, ''],
  [{ description: 7 }, ''],
  [{ at: '2025-02-30 20:00' }, `at không nhận giá trị '2025-02-30 20:00'; dùng "2025-07-19 20:00"`],
  [{ wepon: true }, 'trường không hợp lệ wepon; chỉ dùng '],
])('a story whose report says %j is refused, and says what may stand there', (report, problem) => {
  const story: Story = { story: 'x', report: { category: 'violence.fight' }, level: 'low' };
  expect(problemOf(story)).toBeNull();
  expect(problemOf({ ...story, report: { ...story.report, ...report } })?.vi).toContain(problem);
});
