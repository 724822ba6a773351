import { CheckStore } from '@vong-gac/database';
import { shippedPolicies } from '@vong-gac/policy';
import { chunkOf, incidentEvent, intakeWorld, NOW, SOURCE, type Data, type Value, type World } from './world';

export const MINUTE_MS = 60_000;
export const at = (minutes: number): string => new Date(NOW + minutes * MINUTE_MS).toISOString();
export const CAMERAS = '/sites/dai-lai/cameras';

/** A world with situations, and a second publisher of the site. */
export async function world(): Promise<World> {
  const made = await intakeWorld({ situations: true });
  await made.registry.seed({ publishers: { name: 'p.csv', text: `source,sites\n${CAMERAS},dai-lai\n` } }, new Date(NOW));
  return made;
}

/** A world in which the story arrived in so many chunks, each settled by a process begun anew where `restart` says so. */
export async function arrived(story: readonly Value[], cuts: readonly number[], restart: boolean): Promise<World> {
  const w = await world();
  let from = 0;
  for (const to of [...cuts, story.length]) {
    await (restart ? w.writer() : w).settle(chunkOf(from, story.slice(from, to)));
    from = to;
  }
  return w;
}

export const fight = (id: string, minutes: number, data: Data = {}, source = SOURCE): Data =>
  incidentEvent({ id, source, data: { category: 'violence.fight', zone: 'stage', occurredAt: at(minutes), verification: 2, ...data } });

export const problems = async (w: World): Promise<string[]> => (await new CheckStore(w.database, shippedPolicies).check()).problems;

export const alerts = (w: World) => w.rows('SELECT source, first_id, level, revision, raise_event_id, raise_source FROM alerts ORDER BY raised_at, first_id');
