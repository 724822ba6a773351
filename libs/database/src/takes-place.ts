/**
 * SQL of the domain's `takesPlaceOf`: `correction` corrects `corrected` and takes its place. Both are aliases of `incidents`. A correction that is
 * itself the first event of its thread closes a circle (what it corrects goes back to it): it takes no place, or two events that correct each
 * other would both be hidden.
 */
export function takesPlace(correction: string, corrected: string): string {
  return `${correction}.source = ${corrected}.source AND ${correction}.corrects = ${corrected}.event_id AND ${correction}.first_id <> ${correction}.event_id AND ${correction}.site_id = ${corrected}.site_id
    AND ${correction}.status = ${corrected}.status AND (NOT ${correction}.backfill OR ${corrected}.backfill)`;
}

/** SQL: `alert` speaks for `incident`: it is that of the thread that founded the incident's situation, or of its own thread. */
export function alertOf(alert: string, incident: string): string {
  return `(${alert}.source, ${alert}.site_id, ${alert}.status, ${alert}.first_id) = (COALESCE(${incident}.founder_source, ${incident}.source), ${incident}.site_id, ${incident}.status,
    COALESCE(${incident}.founder_first_id, ${incident}.first_id))`;
}

/** SQL: ids of the incidents that the alert of id `place` speaks for, corrected ones too: its founder, the corrections, the reports that joined. Each part has its index. */
export function incidentsOfAlert(place: string): string {
  const told = (how: string): string => `SELECT m.id FROM alerts a JOIN incidents m ON ${how} AND ${alertOf('a', 'm')} WHERE a.id = ${place}::uuid`;
  return [
    told('m.source = a.source AND m.event_id = a.first_id'),
    told('m.source = a.source AND m.first_id = a.first_id AND m.corrects IS NOT NULL'),
    told('m.founder_source = a.source AND m.founder_first_id = a.first_id'),
  ].join(' UNION ');
}
