import { CATEGORY_CODES, CATEGORY_GROUPS, type Bilingual, type KinRule, type SituationRules } from '@vong-gac/domain';
import { isScalar, type Node } from 'yaml';
import { checkId, CODE_OR_GROUP, readSource, unknownCategory, type Sources } from './read-parts';
import { startOf, type Field, type Fields, type Range } from './yaml-fields';

/** At most a day: so far back an intake that starts looks for open happenings. */
const MINUTES: Range = { min: 1, max: 1_440, whole: true };
/** No nearer than a telephone knows where it is; beyond the largest a report would be of another site. */
const METRES: Range = { min: 10, max: 20_000, whole: true };
const KINS_MAX = 100;
const NAMES = [...CATEGORY_CODES, ...CATEGORY_GROUPS.keys()];

/** Which reports are of one happening (docs/risk.md). An empty list: each stands alone. */
export function readSituations(fields: Fields, field: Field | undefined, sources: Sources): SituationRules {
  if (field === undefined) return { kins: [] };
  const nodes = fields.list(field.node, field.at, 'situations');
  if (nodes.length > KINS_MAX) {
    fields.problems.add(
      field.at,
      { vi: `có ${nodes.length} mục situations, chỉ được tối đa ${KINS_MAX}`, en: `there are ${nodes.length} situations, at most ${KINS_MAX} are allowed` },
      { vi: 'gộp những mục chỉ khác nhau ở loại vụ việc', en: 'join those that differ only by their categories' },
    );
  }
  const first = { ids: new Map<string, number>(), categories: new Map<string, number>() };
  return { kins: nodes.slice(0, KINS_MAX).map((node) => readKin(fields, node, sources, first)) };
}

interface First {
  ids: Map<string, number>;
  categories: Map<string, number>;
}

const THE_SITUATION: Bilingual = { vi: 'mục situations', en: 'the situation' };

function readKin(fields: Fields, node: Node, sources: Sources, first: First): KinRule {
  const map = fields.map(node, startOf(node), THE_SITUATION, ['id', 'for', 'windowMinutes', 'spanMinutes', 'source'], ['nearMetres']) ?? new Map<string, Field>();
  readSource(fields, map.get('source'), sources);
  const windowMinutes = fields.number(map.get('windowMinutes'), 'windowMinutes', MINUTES);
  const spanMinutes = fields.number(map.get('spanMinutes'), 'spanMinutes', MINUTES);
  const near = map.get('nearMetres');
  const span = map.get('spanMinutes');
  if (span !== undefined && spanMinutes < windowMinutes) {
    fields.problems.add(
      startOf(span.node),
      { vi: `spanMinutes (${spanMinutes}) nhỏ hơn windowMinutes (${windowMinutes}): sẽ không bao giờ dùng hết windowMinutes`, en: `spanMinutes (${spanMinutes}) is less than windowMinutes (${windowMinutes}): the window would never be reached` },
      { vi: 'để spanMinutes bằng hoặc lớn hơn windowMinutes', en: 'let spanMinutes be windowMinutes or more' },
    );
  }
  const id = fields.text(map.get('id'), 'id', 64);
  const at = startOf(map.get('id')?.node);
  checkId(fields, id, at);
  once(fields, first.ids, id, at, THE_SITUATION, { vi: 'đặt cho mỗi mục một id riêng', en: 'give each situation an id of its own' });
  const kin = { id, categories: readNames(fields, map.get('for'), first), windowMinutes, spanMinutes };
  return near === undefined ? kin : { ...kin, nearMetres: fields.number(near, 'nearMetres', METRES) };
}

const THE_CATEGORY: Bilingual = { vi: 'loại vụ việc', en: 'the category' };
const ONE_KIND: Bilingual = { vi: 'chỉ giữ ở một mục: tin báo của một loại chỉ được gộp theo một cách', en: 'its reports can be of one kind of happening only' };

function readNames(fields: Fields, field: Field | undefined, first: First): string[] {
  if (field === undefined) return [];
  const nodes = isScalar(field.node) ? [field.node] : fields.list(field.node, field.at, 'for');
  return nodes.map((node) => {
    const name = isScalar(node) ? String(node.value) : '';
    if (NAMES.includes(name)) once(fields, first.categories, name, startOf(node), THE_CATEGORY, ONE_KIND);
    else unknownCategory(fields, startOf(node), name, NAMES, CODE_OR_GROUP);
    return name;
  });
}

function once(fields: Fields, seen: Map<string, number>, name: string, at: number, what: Bilingual, remedy: Bilingual): void {
  const before = seen.get(name);
  if (before !== undefined && name !== '') {
    const line = fields.problems.lineOf(before);
    fields.problems.add(at, { vi: `${what.vi} '${name}' xuất hiện hai lần, lần đầu ở dòng ${line}`, en: `${what.en} '${name}' stands twice, first in line ${line}` }, remedy);
  } else seen.set(name, at);
}
