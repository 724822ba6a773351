import type { CrowdReading, VolumeKind } from '@vong-gac/domain';

/** One stored volume as the rules of crowds read it. */
export interface ReadingColumns {
  source: string | null;
  event_id: string;
  measured_at: number;
  received_at: number;
  occupancy: number;
  entered: number | null;
  left_count: number | null;
  window_seconds: number | null;
  kind: VolumeKind;
}

const epochMs = (column: string): string => `round(extract(epoch FROM ${column}) * 1000)::int8`;

/** Of visitor_volumes as `v`. */
export const READING_COLUMNS = `v.source, v.event_id, ${epochMs('v.measured_at')} AS measured_at, ${epochMs('v.received_at')} AS received_at, v.occupancy, v.entered, v.left_count, v.window_seconds, v.kind`;

export function readingOf(row: ReadingColumns): CrowdReading {
  return {
    source: row.source ?? '', eventId: row.event_id, measuredAt: row.measured_at, receivedAt: row.received_at, occupancy: row.occupancy, entered: row.entered,
    left: row.left_count, windowSeconds: row.window_seconds, volumeKind: row.kind,
  };
}
