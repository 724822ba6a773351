import { categoryNames, LEVEL_NAMES, RISK_LEVELS, type Bilingual, type RiskLevel } from '@vong-gac/domain';
import type { ReadablePolicy, ReadableRule } from '@vong-gac/policy';
import { table } from '../terminal';
import type { Change } from './changes';

/** A policy as an officer reads it: Vietnamese first. */
export function policyTables({ id, version, validFrom, author, sources, thresholds, categories, crowd, situations, surprise, rules }: ReadablePolicy): string {
  const levels = RISK_LEVELS.map((level) => [levelName(level), level === 'low' ? 0 : thresholds[level]]);
  const kinds = Object.entries(categories).map(([code, { points, floor, crowdSensitive, source }]) => [bothNames(categoryNames(code)), code, points, nameOf(floor), crowdSensitive === true ? 'nặng thêm / worse' : '', source]);
  return [
    `Chính sách / policy ${id}, bản / version ${version}, từ / from ${validFrom}, ${author}`,
    '',
    table(['mức / level', 'điểm từ / points from'], levels),
    `  ${thresholds.source}`,
    '',
    table(['loại vụ việc / category', 'mã / code', 'điểm / points', 'ít nhất / at least', 'khi đông / in a crowd', 'nguồn / source'], kinds),
    ...section('Đám đông / crowds', Object.entries(crowd)),
    ...section('Cùng một vụ / one happening', situations.map((kin) => [kin.id, kin])),
    ...section('Bất thường / surprise', Object.entries(surprise)),
    '',
    'Quy tắc / rules',
    ...rules.flatMap(ruleLines),
    '',
    'Nguồn / sources',
    ...Object.entries(sources).map(([name, text]) => `  ${name}: ${text}`),
  ].join('\n');
}

function section(title: string, entries: readonly (readonly [name: string, told: { text: Bilingual; source: string }])[]): string[] {
  return ['', title, ...entries.flatMap(([name, { text, source }]) => [`  ${name}: ${text.vi}`, `    ${text.en}`, `    [${source}]`])];
}

/** The rule, its steps (what must hold, what it gives), what it says, and where the figures come from. */
function ruleLines({ id, categories, greatestOf, steps, source }: ReadableRule): string[] {
  const where = categories === null ? 'mọi loại / everywhere' : categories.join(', ');
  const most = greatestOf === null ? '' : `; chỉ tính lớn nhất / greatest of: ${greatestOf}`;
  return ['', `${id} (${where}${most})`, ...steps.flatMap((step) => [`  ${step.when}  →  ${gives(step)}`, `    ${step.text.vi}`, `    ${step.text.en}`]), `  [${source}]`];
}

function gives({ points, floor, cap }: ReadableRule['steps'][number]): string {
  const parts = [
    ...(points > 0 ? [`+${points} điểm / points`] : []),
    ...(floor === undefined ? [] : [`ít nhất / at least ${levelName(floor)}`]),
    ...(cap === undefined ? [] : [`nhiều nhất / at most ${levelName(cap)}`]),
  ];
  return parts.length === 0 ? 'chỉ nêu / only says' : parts.join(', ');
}

/** Vietnamese first. */
export const bothNames = ({ vi, en }: Bilingual): string => `${vi} / ${en}`;
/** `cao / high` */
export const levelName = (level: RiskLevel): string => bothNames(LEVEL_NAMES[level]);
const nameOf = (level: RiskLevel | undefined): string => (level === undefined ? '' : levelName(level));

/** Incidents whose level changes, with both explanations. */
export function worstLines(worst: readonly Change[]): string[] {
  return worst.flatMap(({ id, siteId, occurredAt, before, after }) => [
    '',
    `${levelName(before.level)} → ${levelName(after.level)}  ${occurredAt}  ${siteId}  ${id}`,
    ...[before, after].flatMap(({ explanation }, index) => [`  ${index === 0 ? 'trước / before' : 'sau / after'}: ${explanation.vi}`, `    ${explanation.en}`]),
  ]);
}
