import { counts, localDate, saysGuests, type LocalDate } from '@vong-gac/domain';
import type { ChunkWork } from './chunk-work';
import { columnsOf, encode, inKeyOrder, insertOf } from './column-arrays';
import type { Statement } from './incident-write';

/** What a chunk adds to a site's days: sums and greatest values, so that the order in which chunks are stored does not matter. */

interface IncidentDay {
  siteId: string;
  day: LocalDate;
  category: string;
  partition: number;
  count: number;
}

const i = columnsOf<IncidentDay>();
const INCIDENT_DAYS = [i.text('site_id', (row) => row.siteId), i.day('day', (row) => row.day), i.text('category', (row) => row.category), i.integer('partition', (row) => row.partition), i.bigint('count', (row) => row.count)];
const ADD_INCIDENTS = insertOf('incident_days', INCIDENT_DAYS, 'ON CONFLICT (site_id, day, category, partition) DO UPDATE SET count = incident_days.count + EXCLUDED.count');

/** A report that joined a happening adds nothing, but its day is one on which the site reported. null: nothing of the chunk counts. */
export function incidentDaysWrite({ incidents, partition }: Pick<ChunkWork, 'incidents' | 'partition'>): Statement | null {
  const days = new Map<string, IncidentDay>();
  // Most events of a chunk are of one site and day: then a category is looked up by itself, not by a text made of all three.
  let [siteId, day, ofDay] = ['', '', new Map<string, IncidentDay>()];
  for (const { incident, founder } of incidents) {
    if (!counts(incident)) continue;
    const on = localDate(incident.occurredAt);
    if (incident.siteId !== siteId || on !== day) [siteId, day, ofDay] = [incident.siteId, on, new Map<string, IncidentDay>()];
    const { category } = incident;
    let found = ofDay.get(category);
    if (found === undefined) {
      const key = keyOf({ siteId, day, category });
      found = days.get(key) ?? { siteId, day, category, partition, count: 0 };
      days.set(key, found);
      ofDay.set(category, found);
    }
    if (founder === null) found.count++;
  }
  return days.size === 0 ? null : [ADD_INCIDENTS, encode(INCIDENT_DAYS, inKeyOrder([...days.values()], keyOf))];
}

interface VisitorDay {
  siteId: string;
  day: LocalDate;
  partition: number;
  peak: number;
}

const v = columnsOf<VisitorDay>();
const VISITOR_DAYS = [v.text('site_id', (row) => row.siteId), v.day('day', (row) => row.day), v.integer('partition', (row) => row.partition), v.integer('peak', (row) => row.peak)];
const RAISE_PEAKS = insertOf('visitor_days', VISITOR_DAYS, 'ON CONFLICT (site_id, day, partition) DO UPDATE SET peak = EXCLUDED.peak WHERE visitor_days.peak < EXCLUDED.peak');

/** null: no volume of the chunk is of a whole site and believed. */
export function visitorDaysWrite({ volumes, partition }: Pick<ChunkWork, 'volumes' | 'partition'>): Statement | null {
  const days = new Map<string, VisitorDay>();
  for (const { volume, implausible } of volumes) {
    if (implausible !== null || !saysGuests(volume)) continue;
    const day = localDate(volume.measuredAt);
    const key = keyOf({ siteId: volume.siteId, day });
    const found = days.get(key);
    if (found === undefined) days.set(key, { siteId: volume.siteId, day, partition, peak: volume.occupancy });
    else found.peak = Math.max(found.peak, volume.occupancy);
  }
  return days.size === 0 ? null : [RAISE_PEAKS, encode(VISITOR_DAYS, inKeyOrder([...days.values()], keyOf))];
}

const keyOf = (row: { siteId: string; day: LocalDate; category?: string }): string => `${row.siteId}\u0000${row.day}\u0000${row.category ?? ''}`;
