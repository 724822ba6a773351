import type { CapStatus, Instant } from './incident';
import { isValidOn, localDate, type AdminUnit, type LocalDate, type PoliceBody, type Receiver, type Registry, type Site } from './registry';
import { bodyFrom, bodyOn, indexOf, unitOn, type RegistryIndex } from './registry-index';
import type { Reason } from './risk';

/**
 * Who is responsible for a place, at a time. Units and bodies have dates: an incident belongs to the body of the unit that held the site
 * on the day it *occurred*, and is delivered to the body responsible *now*.
 */

/** The Kafka topic that hears of every alert; one more receiver (contract.md). */
export const ALERT_TOPIC = 'alert.raised';

/** Why the body could not be told for the day itself, so that the body in force was taken. */
export type JurisdictionNote = 'several-predecessors' | 'several-successors' | 'body-not-recorded';

const IN_FORCE = { vi: 'tạm giao cơ quan Công an đang phụ trách', en: 'the body in force was taken' };

/** The reason that an assessment gives for each note. Keys in order: see canonicalJson. */
export const JURISDICTION_REASONS: Readonly<Record<JurisdictionNote, Reason>> = {
  'several-predecessors': {
    rule: 'jurisdiction-several-predecessors',
    text: {
      en: `The area was merged from several units and it is not known which one held the site that day: ${IN_FORCE.en}`,
      vi: `Địa bàn được sáp nhập từ nhiều đơn vị, chưa rõ ngày xảy ra thuộc đơn vị nào: ${IN_FORCE.vi}`,
    },
  },
  'several-successors': {
    rule: 'jurisdiction-several-successors',
    text: {
      en: `The unit was divided among several and it is not known which one holds the site: ${IN_FORCE.en}`,
      vi: `Đơn vị cũ đã chia về nhiều đơn vị mới, chưa rõ cơ sở thuộc đơn vị nào: ${IN_FORCE.vi}`,
    },
  },
  'body-not-recorded': {
    rule: 'jurisdiction-body-not-recorded',
    text: {
      en: `No police body is recorded for the area on that day: ${IN_FORCE.en}`,
      vi: `Sổ đăng ký không ghi cơ quan Công an nào phụ trách địa bàn vào ngày xảy ra: ${IN_FORCE.vi}`,
    },
  },
};

export interface Jurisdiction {
  body: PoliceBody;
  unit: AdminUnit;
  note: JurisdictionNote | null;
}

/**
 * The body in whose jurisdiction something at a site occurred; null where neither the site's unit nor a body for it is recorded
 * (`checkRegistry` finds such a site before it is seeded).
 *
 * The site's unit is read as of `unitAsOf`. For a later day: forward along single successors; for an earlier day: backward along single
 * predecessors. Where there are several, or no body is recorded for that day, the body in force as of `unitAsOf` (else of the first
 * successor that has one) is taken, and `note` says why.
 */
export function findJurisdiction(registry: Registry, site: Site, occurredAt: Instant): Jurisdiction | null {
  const index = indexOf(registry);
  const day = localDate(occurredAt);
  const last = index.lastFound.get(site);
  if (last?.day === day) return last.found;
  const found = jurisdictionOn(index, site, day);
  index.lastFound.set(site, { day, found });
  return found;
}

function jurisdictionOn(index: RegistryIndex, site: Site, day: LocalDate): Jurisdiction | null {
  const home = unitOn(index, site.unitCode, site.unitAsOf);
  if (home === null) return null;
  const unit = unitOfDay(index, home, day);
  if (typeof unit !== 'string') {
    const body = bodyOn(index, unit.code, day);
    if (body !== null) return { body, unit, note: null };
  }
  const inForce = bodyInForce(index, home, site.unitAsOf);
  return inForce === null ? null : { ...inForce, note: typeof unit === 'string' ? unit : 'body-not-recorded' };
}

/**
 * As `findJurisdiction`, with the note as a reason for people.
 *
 * @throws Error where neither the site's unit nor a body for it is recorded: such a site is refused when it is seeded.
 */
export function policeBodyAt(registry: Registry, site: Site, occurredAt: Instant): { body: PoliceBody; unit: AdminUnit; note: Reason | null } {
  const found = findJurisdiction(registry, site, occurredAt);
  if (found === null) throw new Error(`Site ${site.id}: no police body is recorded for unit ${site.unitCode} as of ${site.unitAsOf}.`);
  return { body: found.body, unit: found.unit, note: found.note === null ? null : JURISDICTION_REASONS[found.note] };
}

/** Each step forward ends later, each step back begins earlier, so the walk ends. */
function unitOfDay(index: RegistryIndex, home: AdminUnit, day: LocalDate): AdminUnit | JurisdictionNote {
  let unit = home;
  while (unit.validTo !== null && unit.validTo <= day) {
    const next = successorsOf(index, unit);
    if (next.length > 1) return 'several-successors';
    if (next[0] === undefined) return 'body-not-recorded';
    unit = next[0];
  }
  while (unit.validFrom !== null && unit.validFrom > day) {
    const before = predecessorsOf(index, unit);
    if (before.length > 1) return 'several-predecessors';
    if (before[0] === undefined) return 'body-not-recorded';
    unit = before[0];
  }
  return isValidOn(unit, day) ? unit : 'body-not-recorded';
}

function successorsOf(index: RegistryIndex, unit: AdminUnit): readonly AdminUnit[] {
  const { validTo } = unit;
  if (validTo === null) return [];
  return (index.successors.get(unit) ?? []).filter((next) => next.validTo === null || next.validTo > validTo);
}

function predecessorsOf(index: RegistryIndex, unit: AdminUnit): readonly AdminUnit[] {
  const { validFrom } = unit;
  if (validFrom === null) return [];
  return (index.predecessors.get(unit) ?? []).filter((before) => before.validFrom === null || before.validFrom < validFrom);
}

/**
 * The body that a site's unit has from the day on as of which it was given, else that of the first unit after it that has one; null: no body
 * is recorded for the site.
 */
export function bodyInForce(index: RegistryIndex, home: AdminUnit, asOf: LocalDate): { body: PoliceBody; unit: AdminUnit } | null {
  let units: readonly AdminUnit[] = [home];
  while (units.length > 0) {
    for (const unit of units) {
      const body = bodyFrom(index, unit, asOf);
      if (body !== null) return { body, unit };
    }
    units = [...new Set(units.flatMap((unit) => successorsOf(index, unit)))];
  }
  return null;
}

/** A unit and the units above it on a day: commune, district (until 2025-02-28), province. */
export function unitChain(registry: Registry, unit: AdminUnit, day: LocalDate): AdminUnit[] {
  const index = indexOf(registry);
  const chain: AdminUnit[] = [];
  let next: AdminUnit | null = unit;
  while (next !== null && !chain.includes(next)) {
    chain.push(next);
    next = next.parentCode === null ? null : unitOn(index, next.parentCode, day);
  }
  return chain;
}

/**
 * The body that answers today for a body of the past: along successors until one is in force. Of several the one in force, else the first
 * by id. Where nothing follows, the last body: it is better to tell an office that has moved than nobody.
 *
 * @throws Error where the id is in no registry row: bodies are never removed.
 */
export function responsibleNow(registry: Registry, bodyId: string, now: Instant): PoliceBody {
  const known = registry.bodies.get(bodyId);
  if (known === undefined) throw new Error(`Police body ${bodyId} is not recorded.`);
  const { bodySuccessors } = indexOf(registry);
  const today = localDate(now);
  const seen = new Set([known]);
  let body = known;
  while (body.validTo !== null && body.validTo <= today) {
    const next = (bodySuccessors.get(body.id) ?? []).filter((successor) => !seen.has(successor));
    const chosen = next.find((successor) => isValidOn(successor, today)) ?? next[0];
    if (chosen === undefined) break;
    seen.add(chosen);
    body = chosen;
  }
  return body;
}

/** The body responsible now and those above it, each replaced by who answers for it now; the way that an alert escalates. */
export function bodyChain(registry: Registry, policeBodyId: string, now: Instant): PoliceBody[] {
  const chain: PoliceBody[] = [];
  let next: string | null = policeBodyId;
  while (next !== null) {
    const body = responsibleNow(registry, next, now);
    if (chain.includes(body)) break;
    chain.push(body);
    next = body.parentId !== null && registry.bodies.has(body.parentId) ? body.parentId : null;
  }
  return chain;
}

/** Whether one receiver may be sent something of this status: not switched off, and a Test only where it takes tests. */
export function isUsable(receiver: Receiver, status: CapStatus): boolean {
  return !receiver.disabled && (status !== 'Test' || receiver.takesTest);
}

/** The usable webhooks of one body: none means that no message can reach it, and the alert escalates at once. */
export function usableWebhooks(registry: Registry, bodyId: string, status: CapStatus): Receiver[] {
  const receivers = indexOf(registry).receiversByBody.get(bodyId) ?? [];
  return receivers.filter((receiver) => receiver.kind === 'webhook' && isUsable(receiver, status));
}

/** Everyone that a change of an alert is sent to: webhooks of the bodies reached so far, and the alert topic. */
export function usableReceivers(
  registry: Registry,
  alert: { policeBodyId: string; escalation: number; status: CapStatus },
  now: Instant,
): Receiver[] {
  const reached = bodyChain(registry, alert.policeBodyId, now).slice(0, alert.escalation + 1);
  const topics = (indexOf(registry).receiversByBody.get(null) ?? []).filter((r) => r.kind === 'topic' && r.url === ALERT_TOPIC && isUsable(r, alert.status));
  return [...reached.flatMap((body) => usableWebhooks(registry, body.id, alert.status)), ...topics];
}
