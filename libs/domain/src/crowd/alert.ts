import type { AlertChange, AlertState } from '../alert';
import { deriveAlert, type AcknowledgeLimits } from '../alert-rules';
import { categoryNames } from '../categories';
import type { Bilingual, Incident, Instant } from '../incident';
import { ALONE } from '../memory/situation';
import type { Reason, RiskLevel } from '../risk';
import type { OccupancyUsed } from '../risk';
import type { CrowdAlertEffect, CrowdChange, CrowdPlace, CrowdReading, CrowdState } from './crowd';
import { belowCapacity, WENT_DOWN } from './texts';

export interface CrowdAlertInput {
  effect: CrowdAlertEffect;
  siteId: string;
  /** The alert as it stands; null: none. */
  alert: AlertState | null;
  policeBodyId: string;
  now: Instant;
  limits: AcknowledgeLimits;
}

/**
 * What a crowd's change does to its alert, by the rules of an incident's: a level above all before raises (again), another one updates. A crowd that
 * went down cancels, whoever acknowledged it; what the police closed stays closed. null: nothing.
 */
export function crowdAlertStep(input: CrowdAlertInput): { change: Extract<AlertChange, 'raised' | 'updated' | 'cancelled'>; state: AlertState } | null {
  const { effect, siteId, alert } = input;
  const { firstId, source, causeId, level } = effect;
  if (effect.change !== 'cancel') {
    const thread = { source, siteId, status: 'Actual' as const, firstId };
    return deriveAlert({ ...input, incident: { source, eventId: causeId, backfill: false }, assessment: { level }, thread, joined: false, alreadyCorrected: false, situation: ALONE });
  }
  if (alert === null || alert.alertStatus === 'closed' || alert.alertStatus === 'cancelled') return null;
  return { change: 'cancelled', state: { ...alert, alertStatus: 'cancelled', revision: alert.revision + 1 } };
}

/** What a message about a crowd says, in the shape of one about an incident. */
export interface CrowdIncident {
  /** What it is called before people; the category's own name only where it is true. */
  called: Bilingual;
  incident: Incident;
  assessment: { level: RiskLevel; reasons: Reason[]; context: { occupancy: OccupancyUsed | null; capacity: number | null } };
}

/** A crowd is no incident and has no row among them; its alert speaks of one all the same, so that a receiver needs to know one shape only. */
export function crowdIncident(reading: CrowdReading, place: CrowdPlace, state: CrowdState, change: CrowdChange, effect: CrowdAlertEffect): CrowdIncident {
  const { siteId, zone, capacity } = place;
  const { source, measuredAt, receivedAt } = reading;
  const category = change.reasons[0]?.rule === 'crowd-density' ? 'crowd.high-density' : 'crowd.over-capacity';
  const { counted } = state;
  const ofZone = zone === '' ? null : zone;
  const occupancy = counted && { ageSeconds: 0, count: counted.people, measuredAt: counted.at, volumeKind: counted.kind, zone: ofZone };
  return {
    called: effect.change === 'cancel' ? WENT_DOWN : calledOf(change, category),
    incident: {
      kind: 'incident', source, eventId: reading.eventId, siteId, category, categoryAsSent: category, occurredAt: Math.min(measuredAt, receivedAt), reportedAt: null, receivedAt,
      status: 'Actual', severity: null, urgency: null, certainty: null, verification: null, zone: ofZone, location: null, description: null, injured: null,
      involved: null, weapon: null, corrects: null, backfill: false, defects: [],
    },
    assessment: { level: effect.level, reasons: change.reasons, context: { occupancy, capacity } },
  };
}

/** The police are told before the capacity is exceeded too, and the catalogue has no code for that: a crowd of 95 % must not be called over capacity. */
function calledOf({ ratio, reasons, to }: CrowdChange, category: string): Bilingual {
  if (category === 'crowd.high-density' || (ratio !== null && ratio > 1)) return categoryNames(category);
  return belowCapacity(to, reasons[0]?.rule === 'crowd-inflow');
}
