import { wrongUsage } from '../failure';
import type { PublishMap } from './map';
import { rowEvent, type RowEvent } from './row-event';
import { openSource } from './source';
import { readTable } from './table';

/** Keys that are kept in memory: about 150 bytes each. */
const MAX_KEYS = 5_000_000;

/** What the export before said of each key, so that a row is known as unchanged or as a correction. */
export class Previous {
  private constructor(private readonly ids: ReadonlyMap<string, string>) {}

  /** @throws CommandFailed where the mapping's ids hold no hash: then a changed row could not have an id of its own */
  static async load(path: string, map: PublishMap, format: 'csv' | 'tsv'): Promise<Previous> {
    if (map.idHash === 0 || map.idColumns.length === 0) throw wrongUsage(`--previous needs ids made of the row's key and its content: set both id.columns and id.hash in ${map.file} (docs/publishing.md).`);
    const ids = new Map<string, string>();
    for await (const record of readTable(openSource(path), map, format)) {
      if (!('row' in record)) continue;
      const outcome = rowEvent(record.row, map);
      if ('event' in outcome) ids.set(outcome.event.key, outcome.event.id);
      if (ids.size > MAX_KEYS) throw wrongUsage(`${path} has more than ${MAX_KEYS} keys: split both exports by a range of keys.`);
    }
    return new Previous(ids);
  }

  /** `unchanged`: published before with this very content. Else the id of the event that this one corrects, or null for a new row. */
  compare(event: RowEvent): 'unchanged' | { corrects: string | null } {
    const before = this.ids.get(event.key);
    return before === event.id ? 'unchanged' : { corrects: before ?? null };
  }
}
