import type { Defect } from '@vong-gac/domain';
import type { Rejection } from '../decoded';
import type { JsonObject } from '../fields/schema';
import type { Contract, Problem, Usable } from './contract';
import type { Sender } from './rejections';
import { reject } from './rejections';

/** An event, or why it is none. */
export type Read<T> = T | Rejection;

export interface SortedOut<T> {
  outcome: 'usable';
  usable: Usable<T>;
  defects: Defect[];
}

/** The slow path for `data` that does not fit: refused where a required field is wrong, else without the wrong fields, each a defect. */
export function sortOutOrReject<T extends object>(contract: Contract<T>, data: JsonObject, required: ReadonlySet<string>, sender: Sender): SortedOut<T> | Rejection {
  const { problems, usable } = contract.sortOut(data);
  const fatal = problems.filter(({ field }) => required.has(field));
  if (fatal.length > 0) {
    const all = [...fatal, ...problems.filter((problem) => !fatal.includes(problem))];
    return reject('invalid-data', `${all.map((problem) => `${problem.path} ${problem.problem}`).join('; ')}. Correct the event and send it again.`, sender);
  }
  return { outcome: 'usable', usable, defects: problems.map((problem) => defectOf(problem, data[problem.field] === undefined)) };
}

function defectOf({ path, problem }: Problem, missing: boolean): Defect {
  return { path, problem: `${path.slice(1)} ${problem}${missing ? '' : '; it was set aside'}` };
}
