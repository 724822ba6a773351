import type { RegistryProblem } from './check-registry';
import { isDay, overlaps, type AdminUnit, type PoliceBody, type Registry, type UnitSuccession, type Validity } from './registry';
import { groupBy } from './registry-index';

/** The part of `checkRegistry` that looks at units, their successions and police bodies. */

/** What is wrong with an interval; null: nothing. */
function intervalProblem({ validFrom, validTo }: Validity): string | null {
  if (validFrom !== null && !isDay(validFrom)) return `valid_from ${validFrom} is not a day: write YYYY-MM-DD.`;
  if (validTo !== null && !isDay(validTo)) return `valid_to ${validTo} is not a day: write YYYY-MM-DD.`;
  if (validFrom !== null && validTo !== null && validFrom >= validTo) return `it ends (${validTo}) before it begins (${validFrom}): valid_to is the first day that is no longer covered.`;
  return null;
}

const unitKey = (unit: { code: string; validFrom: string | null }): string => `${unit.code}@${unit.validFrom ?? 'ever'}`;

export function checkUnits(units: readonly AdminUnit[]): RegistryProblem[] {
  const byCode = groupBy(units, (unit) => unit.code);
  return units.flatMap((unit): RegistryProblem[] => {
    const say = (problem: string): RegistryProblem => ({ file: 'units', key: unitKey(unit), problem });
    const problems: RegistryProblem[] = [];
    const interval = intervalProblem(unit);
    if (interval !== null) problems.push(say(interval));
    const clash = (byCode.get(unit.code) ?? []).find((other) => other !== unit && overlaps(other, unit));
    if (clash !== undefined) problems.push(say(`its interval overlaps that of ${unitKey(clash)}: a code names one territory at a time.`));
    if (unit.parentCode !== null && !(byCode.get(unit.parentCode) ?? []).some((parent) => overlaps(parent, unit))) {
      problems.push(say(`its parent ${unit.parentCode} is not recorded for that time: add it, or leave the parent empty.`));
    }
    return problems;
  });
}

export function checkSuccessions(successions: readonly UnitSuccession[], units: readonly AdminUnit[]): RegistryProblem[] {
  const byKey = new Map(units.map((unit) => [unitKey(unit), unit]));
  return successions.flatMap((s): RegistryProblem[] => {
    const from = unitKey({ code: s.fromCode, validFrom: s.fromValidFrom });
    const to = unitKey({ code: s.toCode, validFrom: s.toValidFrom });
    const problem = successionProblem(s, byKey.get(from), byKey.get(to));
    return problem === null ? [] : [{ file: 'successions', key: `${from} → ${to}`, problem }];
  });
}

/** What ends on a day is followed by what begins on it: so a walk along successions always goes forward in time and cannot turn in a circle. */
function successionProblem(s: UnitSuccession, from: AdminUnit | undefined, to: AdminUnit | undefined): string | null {
  if (from === undefined || to === undefined) return 'one of its units is not recorded with that code and valid_from.';
  if (from.validTo !== s.on) return `the unit before ends on ${from.validTo ?? 'no day'}, not on ${s.on}.`;
  if (to.validFrom !== s.on) return `the unit after begins on ${to.validFrom ?? 'no day'}, not on ${s.on}.`;
  return null;
}

export function checkBodies(registry: Registry): RegistryProblem[] {
  const bodies = [...registry.bodies.values()];
  const byUnit = groupBy(bodies, (body) => body.unitCode);
  const unitsByCode = groupBy(registry.units, (unit) => unit.code);
  return bodies.flatMap((body) =>
    [
      intervalProblem(body),
      clashProblem(body, byUnit.get(body.unitCode) ?? []),
      unitProblem(body, unitsByCode.get(body.unitCode) ?? []),
      ...relationProblems(body, registry),
    ]
      .filter((problem) => problem !== null)
      .map((problem): RegistryProblem => ({ file: 'bodies', key: body.id, problem })),
  );
}

function clashProblem(body: PoliceBody, ofUnit: readonly PoliceBody[]): string | null {
  const clash = ofUnit.find((other) => other !== body && other.level === body.level && overlaps(other, body));
  return clash === undefined ? null : `its time overlaps that of ${clash.id}: a unit has one body of a level at a time. End the earlier one (valid_to).`;
}

/** A unit that is not recorded at all is no problem: the body then stands for it (registry-index.ts). */
function unitProblem(body: PoliceBody, units: readonly AdminUnit[]): string | null {
  const known = units.length === 0 || units.some((unit) => overlaps(unit, body));
  return known ? null : `unit ${body.unitCode} does not exist in its time: correct valid_from, valid_to or unit_code.`;
}

function relationProblems(body: PoliceBody, registry: Registry): string[] {
  const problems = body.successorOf.filter((id) => !registry.bodies.has(id)).map((id) => `${id}, which it succeeds, is not recorded.`);
  if (body.parentId !== null && !registry.bodies.has(body.parentId)) problems.push(`its parent ${body.parentId} is not recorded.`);
  if (returnsTo(body, (b) => (b.parentId === null ? [] : [b.parentId]), registry)) problems.push('it is above itself: its parents turn in a circle.');
  if (returnsTo(body, (b) => b.successorOf, registry)) problems.push('it succeeds itself: the successions turn in a circle.');
  return problems;
}

function returnsTo(body: PoliceBody, next: (body: PoliceBody) => readonly string[], registry: Registry): boolean {
  const seen = new Set<string>();
  const waiting = [...next(body)];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id === body.id) return true;
    const other = registry.bodies.get(id);
    if (other === undefined || seen.has(id)) continue;
    seen.add(id);
    waiting.push(...next(other));
  }
  return false;
}
