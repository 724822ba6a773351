import { levelRank } from '@vong-gac/domain';
import { writeAssessment } from './assessment-json';
import type { ChunkWork, IncidentWrite, VolumeWrite } from './chunk-work';
import { copyTextOf, rowsOf, type CopyTarget, type RowSource } from './copy-rows';

/**
 * Events, of which there are many, go in by COPY: half the work of any INSERT for Postgres. It has no ON CONFLICT and needs none: a key that is
 * there already is a race, and all is rolled back.
 */
export type Copy = [text: string, rows: RowSource];

const jsonOrNull = (list: readonly unknown[]): string | null => (list.length === 0 ? null : JSON.stringify(list));

type ChunkPlace = Pick<ChunkWork, 'partition' | 'generation'>;

/** One statement a column: a list of accessors would be called 34 times an event, and costs as much as decoding it. */
const INCIDENTS: CopyTarget<IncidentWrite, ChunkPlace> = {
  table: 'incidents',
  columns: [
    'id', 'source', 'event_id', 'site_id', 'category', 'category_as_sent', 'occurred_at', 'reported_at', 'received_at', 'status',
    'severity', 'urgency', 'certainty', 'verification', 'zone', 'lat', 'lon', 'description', 'injured', 'involved', 'weapon', 'corrects',
    'first_id', 'founder_source', 'founder_first_id', 'backfill', 'level', 'score', 'police_body_id', 'assessment', 'defects', 'original', 'envelope',
    'kafka_partition', 'kafka_generation', 'kafka_offset',
  ],
  write(out, { id, incident, assessment, firstId, founder, policeBodyId, original, envelope, offset }, { partition, generation }) {
    out.bytes(id);
    out.text(incident.source);
    out.text(incident.eventId);
    out.text(incident.siteId);
    out.text(incident.category);
    out.text(incident.categoryAsSent);
    out.instant(incident.occurredAt);
    out.instant(incident.reportedAt);
    out.instant(incident.receivedAt);
    out.text(incident.status);
    out.text(incident.severity);
    out.text(incident.urgency);
    out.text(incident.certainty);
    out.int2(incident.verification);
    out.text(incident.zone);
    out.float8(incident.location?.lat ?? null);
    out.float8(incident.location?.lon ?? null);
    out.text(incident.description);
    out.int4(incident.injured);
    out.int4(incident.involved);
    out.flag(incident.weapon);
    out.text(incident.corrects);
    out.text(firstId);
    out.text(founder?.source ?? null);
    out.text(founder?.firstId ?? null);
    out.flag(incident.backfill);
    out.int2(levelRank(assessment.level));
    out.int4(assessment.score);
    out.text(policeBodyId);
    writeAssessment(out, assessment);
    out.text(jsonOrNull(incident.defects));
    out.bytes(original);
    out.text(envelope);
    out.int4(partition);
    out.int4(generation);
    out.int8(offset);
  },
};
const COPY_INCIDENTS = copyTextOf(INCIDENTS);

/**
 * In the order of time, which is that of the primary key and nearly that of arrival: little is sorted, and Postgres fills the end of that index. Two
 * writers of the same events lock them in the same order; where one id comes with two times at once, crosswise, Postgres ends one of the two.
 * The list is put into that order, and is empty when its rows are written.
 */
export function incidentCopy({ incidents, partition, generation }: ChunkPlace & Pick<ChunkWork, 'incidents'>): Copy {
  incidents.sort((a, b) => a.incident.occurredAt - b.incident.occurredAt || inOrder(a.incident, b.incident));
  return [COPY_INCIDENTS, rowsOf(INCIDENTS, incidents, { partition, generation })];
}

const VOLUMES: CopyTarget<VolumeWrite, null> = {
  table: 'visitor_volumes',
  columns: [
    'source', 'event_id', 'site_id', 'zone', 'measured_at', 'received_at', 'occupancy', 'entered', 'left_count', 'window_seconds', 'kind',
    'defects', 'original', 'envelope', 'implausible', 'crowd_revision',
  ],
  write(out, { volume, original, envelope, implausible, crowdRevision }) {
    out.text(volume.source);
    out.text(volume.eventId);
    out.text(volume.siteId);
    out.text(volume.zone);
    out.instant(volume.measuredAt);
    out.instant(volume.receivedAt);
    out.int4(volume.occupancy);
    out.int4(volume.entered);
    out.int4(volume.left);
    out.int4(volume.windowSeconds);
    out.text(volume.volumeKind);
    out.text(jsonOrNull(volume.defects));
    out.bytes(original);
    out.text(envelope);
    out.text(implausible);
    out.int4(crowdRevision);
  },
};
const COPY_VOLUMES = copyTextOf(VOLUMES);

export function volumeCopy({ volumes }: Pick<ChunkWork, 'volumes'>): Copy {
  const ordered = [...volumes].sort((a, b) => inOrder(a.volume, b.volume));
  return [COPY_VOLUMES, rowsOf(VOLUMES, ordered, null)];
}

/** Rows in the order of their key: two writers lock them in the same order. The sources of a run of events are one text (`decode`), told by its address. */
function inOrder(a: { source: string; eventId: string }, b: { source: string; eventId: string }): number {
  if (a.source !== b.source) return a.source < b.source ? -1 : 1;
  return a.eventId < b.eventId ? -1 : 1;
}
