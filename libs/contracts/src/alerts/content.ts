import { type Bilingual, type CapStatus, categoryNames, type Defect, explain, type Incident, LEVEL_NAMES, type Reason, type Registry, type RiskAssessment, type RiskLevel, type Thresholds, zoneKey } from '@vong-gac/domain';
import { MAX_ALERT_DESCRIPTION_LENGTH } from '../limits';
import { cut } from '../text';

/** What a message about an alert says of the incident, its place and the reasons. Stored with the alert as JSON; the same for every change and receiver. */
export interface AlertContent {
  headline: Bilingual;
  /** Two or three sentences on why it has its level. */
  explanation: Bilingual;
  /** With what each gave; alerts that were written before that was kept have none. Messages say the texts alone. */
  reasons: Reason[];
  incident: AlertedIncident;
  site: AlertedSite;
  /** null: the event named no zone. An unregistered zone has its id for a name. */
  zone: { id: string; name: string } | null;
  /** The visitor volume that the assessment used; null: none was fresh. */
  occupancy: { count: number; capacity: number | null; measuredAt: string } | null;
  /** The body in whose jurisdiction it occurred, as it was called then. */
  policeBody: { id: string; name: string; phone: string | null };
}

/** The incident of an alert, times as RFC 3339 in UTC. */
export interface AlertedIncident {
  id: string;
  source: string;
  eventId: string;
  category: Bilingual & { code: string };
  occurredAt: string;
  reportedAt: string | null;
  receivedAt: string;
  /** At most 1,500 characters; the whole text is in the incident. */
  description: string | null;
  injured: number | null;
  involved: number | null;
  weapon: boolean | null;
  verification: number | null;
  defects: Defect[];
}

export interface AlertedSite {
  id: string;
  name: string;
  phone: string | null;
  lat: number;
  lon: number;
}

/** What an alert's content is made of. */
export interface ContentInput {
  /** What it is called before people; `categoryNames`, unless the category's name would be false (a crowd within the capacity). */
  called?: Bilingual;
  incident: Incident;
  incidentId: string;
  assessment: Pick<RiskAssessment, 'level' | 'reasons'> & { context: Pick<RiskAssessment['context'], 'occupancy' | 'capacity'> };
  /** Of the policy that assessed; null: of a crowd, which has no score. */
  thresholds: Thresholds | null;
  registry: Registry;
  policeBodyId: string;
}

/** Begins the headline of what is not real. */
const STATUS_MARKS: Readonly<Record<CapStatus, Bilingual>> = {
  Actual: { vi: '', en: '' },
  Exercise: { vi: '[DIỄN TẬP] ', en: '[EXERCISE] ' },
  Test: { vi: '[THỬ] ', en: '[TEST] ' },
};

/** What is told of a report that says less than its alert: why the alert has its level, and the new report, how often there were any by now included. */
export function furtherReport(alert: AlertContent, report: AlertContent): AlertContent {
  const again = report.reasons.filter(({ rule }) => rule === 'reported-again');
  return { ...alert, reasons: [...alert.reasons.filter(({ rule }) => rule !== 'reported-again'), ...again], incident: report.incident, policeBody: report.policeBody };
}

/** What the alert of this incident says. The site is registered: `admit` let the event pass. */
export function alertContent({ incident, incidentId, assessment, thresholds, registry, policeBodyId, called = categoryNames(incident.category) }: ContentInput): AlertContent {
  const site = alertedSite(incident, registry);
  const zone = alertedZone(incident, registry);
  const { occupancy, capacity } = assessment.context;
  const body = registry.bodies.get(policeBodyId);
  return {
    headline: headline(incident.status, called, assessment.level, site.name, zone?.name ?? null),
    explanation: explain(called, assessment, thresholds),
    reasons: assessment.reasons,
    incident: alertedIncident(incident, incidentId, called),
    site,
    zone,
    occupancy: occupancy && { count: occupancy.count, capacity, measuredAt: isoTime(occupancy.measuredAt) },
    policeBody: { id: policeBodyId, name: body?.name ?? policeBodyId, phone: body?.phone ?? null },
  };
}

function headline(status: CapStatus, called: Bilingual, level: RiskLevel, site: string, zone: string | null): Bilingual {
  const mark = STATUS_MARKS[status];
  const place = zone === null ? site : `${zone}, ${site}`;
  return {
    vi: `${mark.vi}${called.vi}: ${place} (mức ${LEVEL_NAMES[level].vi})`,
    en: `${mark.en}${called.en}: ${place} (${LEVEL_NAMES[level].en})`,
  };
}

function alertedIncident(incident: Incident, id: string, called: Bilingual): AlertedIncident {
  return {
    id,
    source: incident.source,
    eventId: incident.eventId,
    category: { code: incident.category, ...called },
    occurredAt: isoTime(incident.occurredAt),
    reportedAt: incident.reportedAt === null ? null : isoTime(incident.reportedAt),
    receivedAt: isoTime(incident.receivedAt),
    description: incident.description === null ? null : shortened(incident.description, MAX_ALERT_DESCRIPTION_LENGTH),
    injured: incident.injured,
    involved: incident.involved,
    weapon: incident.weapon,
    verification: incident.verification,
    defects: incident.defects,
  };
}

function alertedSite({ siteId, location }: Incident, registry: Registry): AlertedSite {
  const site = registry.sites.get(siteId);
  if (site === undefined) throw new Error(`Site ${siteId} is not in the registry: admit must be asked before an alert is written.`);
  return { id: site.id, name: site.name, phone: site.phone, lat: location?.lat ?? site.lat, lon: location?.lon ?? site.lon };
}

function alertedZone({ siteId, zone }: Incident, registry: Registry): AlertContent['zone'] {
  return zone === null ? null : { id: zone, name: registry.zones.get(zoneKey(siteId, zone))?.name ?? zone };
}

/** The first `length` characters, with a sign that there was more. */
export function shortened(text: string, length: number): string {
  const kept = cut(text, length);
  return kept === text ? text : `${kept}…`;
}

/** RFC 3339 in UTC, milliseconds. */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}
