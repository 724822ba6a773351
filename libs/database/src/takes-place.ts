/**
 * SQL of the domain's `takesPlaceOf`: `correction` corrects `corrected` and takes its place. Both are aliases of `incidents`.
 */
export function takesPlace(correction: string, corrected: string): string {
  return `${correction}.source = ${corrected}.source AND ${correction}.corrects = ${corrected}.event_id AND ${correction}.site_id = ${corrected}.site_id
    AND ${correction}.status = ${corrected}.status AND (NOT ${correction}.backfill OR ${corrected}.backfill)`;
}
