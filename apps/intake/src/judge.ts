import { alertContent, alertDeliveries, furtherReport, alertId, incidentId, incidentIdBytes, type AlertContent, type NewDelivery } from '@vong-gac/contracts';
import {
  ALERT_LEVEL, ALONE, assess, bodyChain, countIn, crowdAlertStep, crowdIncident, dayClassOf, deriveAlert, guestsOf, levelRank, observe, placeIn, policeBodyAt, readingsByPlace, usableReceivers,
  type AcknowledgeLimits, type AlertChange, type AlertInput, type AlertState, type BaselineUsed, type CrowdChange, type Incident, type Instant, type OpenSituation, type Registry, type RiskAssessment, type RiskContext, type RiskPolicy, type SiteMemory,
  type ThreadKey, type VisitorVolume,
} from '@vong-gac/domain';
import type { AlertUpsert, CrowdWrite, IncidentWrite, StoredContext, VolumeWrite } from '@vong-gac/database';
import { Crowds, type CrowdSeen } from './crowds';
import type { ReceivedEvent } from './dedupe';
import { Threads } from './threads';

/** By what rules events are judged and told. */
export interface Rules {
  policy: RiskPolicy;
  acknowledge: AcknowledgeLimits;
  /** Where officers reach the api, without a slash at the end. */
  publicUrl: string;
}

/** What the store knows of the events, and what is remembered of their sites (of each one that incidents are of). */
export interface JudgedWith extends StoredContext {
  memories: ReadonlyMap<string, SiteMemory>;
}

/** What fresh events become. */
export interface Judged {
  incidents: IncidentWrite[];
  volumes: VolumeWrite[];
  alerts: AlertUpsert[];
  crowds: CrowdWrite[];
  deliveries: NewDelivery[];
}

/**
 * Assesses events in the order of their arrival and derives what the police are told. The same inputs give the same result, and so does any
 * cutting of a day's stream into chunks: the context advances event by event, and so do the memories given (they are changed in place).
 * @param now the wall clock: the police's minutes count from it
 */
export function judge(events: readonly ReceivedEvent[], now: Instant, stored: JudgedWith, registry: Registry, rules: Rules): Judged {
  const corrections = events.some(({ event: { event } }) => event.kind === 'incident' && event.corrects !== null);
  const context = { registry, volumes: readingsByPlace(stored.readings) };
  const known = { threads: new Threads(stored, corrections), crowds: new Crowds(stored.crowds, registry, rules.policy), memories: stored.memories };
  const anyIncident = events.some(({ event: { event } }) => event.kind === 'incident');
  const judgement = new Judgement(now, known, context, rules, anyIncident);
  for (const event of events) judgement.take(event);
  return judgement.result();
}

const EMPTY = Buffer.alloc(0);
/** A report that was corrected before it came changes nothing: it joins no other happening. */
const NEVER_JOINS = (): boolean => true;

class Judgement {
  private readonly incidents: IncidentWrite[] = [];
  private readonly volumes: VolumeWrite[] = [];
  private readonly deliveries: NewDelivery[] = [];
  private readonly registry: Registry;

  constructor(
    private readonly now: Instant,
    private readonly known: { threads: Threads; crowds: Crowds; memories: ReadonlyMap<string, SiteMemory> },
    private context: RiskContext,
    private readonly rules: Rules,
    /** Whether any event will ask how many guests there were: else nobody needs to know. */
    private readonly anyIncident: boolean,
  ) {
    this.registry = context.registry;
  }

  take({ record, event: { event, envelope } }: ReceivedEvent): void {
    const original = record.value ?? EMPTY; // an event has a value
    if (event.kind === 'volume') {
      const seen = this.takeVolume(event);
      this.volumes.push({ volume: event, original, envelope, implausible: seen?.implausible ?? null, crowdRevision: seen?.taken === true ? seen.state.revision : null });
      return;
    }
    const memory = this.known.memories.get(event.siteId);
    if (memory === undefined) throw new Error(`nothing is remembered of site ${event.siteId}, not even that it is new`);
    const { thread, alreadyCorrected, founder: followed } = this.known.threads.join(event);
    const place = event.corrects === null ? placeIn(memory, event, thread, this.rules.policy.situations, alreadyCorrected ? NEVER_JOINS : this.isOver) : { used: ALONE, joined: null };
    const founder = place.joined?.founder ?? followed;
    this.known.threads.know(event, thread, founder);
    const { assessment, context } = assess(event, this.context, this.rules.policy, { baseline: this.baselineOf(memory, event, place.joined), situation: place.used });
    this.context = context;
    const id = incidentIdBytes(event.source, event.eventId, event.occurredAt);
    const policeBodyId = this.policeBodyOf(event);
    this.incidents.push({ id, incident: event, assessment, firstId: thread.firstId, founder, policeBodyId, original, envelope, offset: record.offset });
    // Most incidents neither alert, nor correct, nor join one that was told: they touch no alert, and nothing more is computed for them.
    if (event.corrects === null && levelRank(assessment.level) < levelRank(ALERT_LEVEL) && (founder === null || this.known.threads.alertOf(founder) === null)) return;
    this.tell(event, assessment, { thread: founder ?? thread, joined: founder !== null, alreadyCorrected, situation: place.used, policeBodyId });
  }

  /** Whether the police closed what a thread told: then a further report is of another happening. */
  private readonly isOver = (founder: ThreadKey): boolean => {
    const status = this.known.threads.alertOf(founder)?.state.alertStatus;
    return status === 'closed' || status === 'cancelled';
  };

  private baselineOf(memory: SiteMemory, event: Incident, joined: OpenSituation | null): BaselineUsed | null {
    const dayClass = dayClassOf(event.occurredAt, this.registry.siteEvents.get(event.siteId));
    return countIn(memory, event, joined, dayClass, guestsOf(event, this.context.volumes), this.rules.policy.surprise);
  }

  result(): Judged {
    const { threads, crowds } = this.known;
    return { incidents: this.incidents, volumes: this.volumes, alerts: threads.changed(), crowds: crowds.changed(), deliveries: this.deliveries };
  }

  /** A count that is not believed is no incident's occupancy. */
  private takeVolume(volume: VisitorVolume): CrowdSeen | null {
    const seen = this.known.crowds.observe(volume);
    if (this.anyIncident && seen?.implausible == null) this.context = observe(volume, this.context, seen?.taken);
    if (seen !== null && seen.change !== null && seen.change.alert !== null) this.tellOfCrowd(volume, seen, seen.change);
    return seen;
  }

  private tellOfCrowd(volume: VisitorVolume, { place, state: crowd }: CrowdSeen, change: CrowdChange): void {
    const { alert: effect } = change;
    if (effect === null) return;
    const { siteId } = place;
    const alert = this.known.threads.alertOf({ source: effect.source, siteId, status: 'Actual', firstId: effect.firstId });
    const policeBodyId = this.policeBodyOf({ siteId, occurredAt: change.at });
    const step = crowdAlertStep({ effect, siteId, alert: alert?.state ?? null, policeBodyId, now: this.now, limits: this.rules.acknowledge });
    if (step === null) return;
    const told = crowdIncident(volume, place, crowd, change, effect);
    const id = incidentId(effect.source, effect.causeId, change.at);
    const content = alertContent({ ...told, thresholds: null, incidentId: id, registry: this.registry, policeBodyId: step.state.policeBodyId });
    this.write(alert?.id ?? alertId(step.state.thread), step, { eventId: effect.causeId, source: effect.source }, content, JSON.stringify(content));
  }

  private tell(incident: Incident, assessment: RiskAssessment, place: Pick<AlertInput, 'thread' | 'joined' | 'alreadyCorrected' | 'situation' | 'policeBodyId'>): void {
    const { registry, now, rules: { policy: { thresholds } } } = this;
    const alert = this.known.threads.alertOf(place.thread);
    const step = deriveAlert({ incident, assessment, alert: alert?.state ?? null, ...place, now, limits: this.rules.acknowledge });
    if (step === null) return;
    const content = alertContent({ incident, incidentId: incidentId(incident.source, incident.eventId, incident.occurredAt), assessment, thresholds, registry, policeBodyId: step.state.policeBodyId });
    // A report that says less than is known is told as one more of the same: the alert goes on saying why it has its level.
    const graver = alert !== null && levelRank(assessment.level) < levelRank(step.state.level) ? alert.data : null;
    const told = graver === null ? content : furtherReport(JSON.parse(graver) as AlertContent, content);
    this.write(alert?.id ?? alertId(step.state.thread), step, incident, told, graver ?? JSON.stringify(content));
  }

  /** The alert as it is now, and what everyone is told who is to know. @param kept what it says from now on, as JSON */
  private write(ofAlert: string, { state, change }: { state: AlertState; change: AlertChange }, cause: { eventId: string; source: string }, content: AlertContent, kept: string): void {
    const { registry, now } = this;
    this.known.threads.change(ofAlert, state, change === 'raised', kept);
    const { policeBodyId, escalation, thread } = state;
    const messages = alertDeliveries({
      alertId: ofAlert,
      state,
      change,
      causeEventId: cause.eventId,
      causeSource: cause.source,
      content,
      receivers: usableReceivers(registry, { policeBodyId, escalation, status: thread.status }, now),
      deliveredToBodyId: bodyChain(registry, policeBodyId, now)[0]?.id ?? policeBodyId,
      now,
      publicUrl: this.rules.publicUrl,
    });
    // One by one: a chunk of alerts may have more messages than a call takes arguments.
    for (const message of messages) this.deliveries.push(message);
  }

  private policeBodyOf(incident: Pick<Incident, 'siteId' | 'occurredAt'>): string {
    const site = this.registry.sites.get(incident.siteId);
    if (site === undefined) throw new Error(`site ${incident.siteId} is not in the registry, although the event was admitted`);
    return policeBodyAt(this.registry, site, incident.occurredAt).body.id;
  }
}
