import { categoryOf, type CapStatus, type Defect, type GeoPoint, type Incident, type Instant } from '@vong-gac/domain';
import { IncidentReportedData, Location } from '../events/incident-reported';
import { BACKFILL_AGE_MS, MAX_CATEGORY_LENGTH, MAX_DESCRIPTION_LENGTH } from '../limits';
import { cut, oneLine, show, storable } from '../text';
import { Contract, type Usable } from './contract';
import type { Envelope } from './envelope';
import { type Read, sortOutOrReject } from './read';
import { occurredAt, optionalInstant } from './times';
import type { JsonObject } from '../fields/schema';

const CONTRACT = new Contract(IncidentReportedData);
/** Without these a report belongs to nobody or to no kind; a guessed `status` would be wrong either way. All else fails open. */
const REQUIRED: ReadonlySet<string> = new Set(['siteId', 'category', 'status']);
/** A category that is only too long is a category: no report is silenced for that. */
const REQUIRED_BESIDE_CATEGORY: ReadonlySet<string> = new Set(['siteId', 'status']);

/** `data` of an incident → the incident with its defects, or why it cannot be one. */
export function readIncident(data: JsonObject, envelope: Envelope, receivedAt: Instant): Read<Incident> {
  const { defects } = envelope;
  if (CONTRACT.fits(data)) return incidentFrom(data, data.siteId, data.category, envelope, receivedAt);
  const longCategory = typeof data.category === 'string' && data.category !== '' ? cut(data.category, MAX_CATEGORY_LENGTH) : null;
  const sorted = sortOutOrReject(CONTRACT, data, longCategory === null ? REQUIRED : REQUIRED_BESIDE_CATEGORY, envelope);
  if (sorted.outcome === 'rejection') return sorted;
  defects.push(...sorted.defects);
  const { siteId, category = longCategory } = sorted.usable;
  // The compiler cannot know that REQUIRED left them in place.
  if (typeof siteId !== 'string' || typeof category !== 'string') throw new Error('sortOutOrReject let an incident without site or category pass');
  return incidentFrom(sorted.usable, siteId, category, envelope, receivedAt);
}

function incidentFrom(data: Usable<IncidentReportedData>, siteId: string, category: string, envelope: Envelope, receivedAt: Instant): Incident {
  const { defects, source, eventId } = envelope;
  const at = occurredAt(data.occurredAt, envelope.time, receivedAt, defects);
  return {
    kind: 'incident',
    source,
    eventId,
    siteId,
    category: readCategory(category, defects),
    categoryAsSent: oneLine(category),
    occurredAt: at,
    reportedAt: optionalInstant('/reportedAt', data.reportedAt, receivedAt, defects),
    receivedAt,
    status: readStatus(data.status),
    severity: data.severity ?? null,
    urgency: data.urgency ?? null,
    certainty: data.certainty ?? null,
    verification: data.verification ?? null,
    zone: typeof data.zone === 'string' ? oneLine(data.zone) : null,
    location: readLocation(data.location),
    description: readDescription(data.description),
    injured: data.injured ?? null,
    involved: data.involved ?? null,
    weapon: data.weapon ?? null,
    corrects: readCorrects(data.corrects, eventId, defects),
    backfill: countsAsBackfill(envelope.backfill, at, receivedAt, defects),
    defects,
  };
}

function readCategory(word: string, defects: Defect[]): string {
  const { code, known } = categoryOf(word);
  if (!known) {
    const problem = `category ${show(word)} is not in the catalogue: kept as ${code} and graded cautiously. Send a code of docs/publishing.md`;
    defects.push({ path: '/category', problem });
  }
  return code;
}

function readStatus(status: CapStatus | null | undefined): CapStatus {
  return status ?? 'Actual';
}

function readLocation(location: Location | null | undefined): GeoPoint | null {
  return location ? { lat: location.lat, lon: location.lon } : null;
}

/** Cut before it is made storable: a long text is not walked twice. */
function readDescription(text: string | null | undefined): string | null {
  return typeof text === 'string' ? storable(cut(text, MAX_DESCRIPTION_LENGTH)) : null;
}

function readCorrects(corrects: string | null | undefined, eventId: string, defects: Defect[]): string | null {
  if (corrects !== eventId) return corrects ?? null;
  defects.push({ path: '/corrects', problem: 'corrects names the event itself. Name the event that is corrected, and give the correction an id of its own' });
  return null;
}

/** An instant that was taken for an unusable `occurredAt` proves no age: a clock that is wrong must not silence a fresh report. */
function countsAsBackfill(backfill: boolean, at: Instant, receivedAt: Instant, defects: Defect[]): boolean {
  if (!backfill) return false;
  const guessed = defects.some(({ path }) => path === '/occurredAt');
  if (!guessed && receivedAt - at > BACKFILL_AGE_MS) return true;
  const why = guessed ? 'without a usable occurredAt nothing says that it is old' : 'it occurred less than 24 hours before its receipt';
  defects.push({ path: 'ce:backfill', problem: `backfill does not count: ${why}, so the event may raise an alert. Send backfill only while an old log is loaded` });
  return false;
}
