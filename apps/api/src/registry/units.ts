import type { Registry } from '@vong-gac/domain';
import { invalid } from '../http/problem';

/**
 * The police bodies that stand for a unit: those of the unit itself and of the units below it, whenever that was so. A code that names different
 * territory at different times stands for all of it; narrow with `from` and `to`.
 * @throws Problem 400: no unit has this code.
 */
export function bodiesOfUnit(registry: Registry, code: string): string[] {
  if (!registry.units.some((unit) => unit.code === code)) {
    throw invalid([{ field: 'unit', problem: `${code} is not the code of an administrative unit on record` }]);
  }
  const codes = new Set([code]);
  // Province, district, commune: three levels, so that two rounds reach the lowest.
  for (let round = 0; round < 2; round++) {
    for (const unit of registry.units) if (unit.parentCode !== null && codes.has(unit.parentCode)) codes.add(unit.code);
  }
  return [...registry.bodies.values()].filter((body) => codes.has(body.unitCode)).map((body) => body.id);
}
