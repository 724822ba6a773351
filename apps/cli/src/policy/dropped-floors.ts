import { categoryNames } from '@vong-gac/domain';
import type { DroppedFloor } from '@vong-gac/policy';

/** What a policy gives up of the built-in one's floors, a line each: nothing forbids it, but whoever activates it is to know. */
export function droppedLines(dropped: readonly DroppedFloor[]): string[] {
  return dropped.map((each) => (each.kind === 'crowd' ? crowdLine(each) : floorLine(each)));
}

function floorLine({ of, kind, builtIn, now }: DroppedFloor): string {
  return `note: ${kind === 'category' ? `${of} (${categoryNames(of).vi})` : `the rule ${of}`} is at least ${builtIn} in the built-in policy, here ${now === null ? 'nothing holds it up' : `at least ${now} only`}`;
}

function crowdLine({ of, builtIn, now }: DroppedFloor): string {
  return `note: of a crowd the built-in policy tells the police from ${of} on as ${builtIn}, this one ${now === null ? 'does not' : `only as ${now}`}`;
}
