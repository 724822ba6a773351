import { shortened, type AlertContent } from '@vong-gac/contracts';
import type { IncidentPage, ListedIncident } from '@vong-gac/database';
import { categoryNames, type Instant } from '@vong-gac/domain';
import { REPORT_TEXT_LENGTH } from '../limits';
import { html, type Html } from './html';
import { whatIsKnown, when } from './words';

/** Some of the reports that an alert speaks for, the newest first; `older`: they are those before a cursor, which the officer asked for. */
export interface ReportsShown extends IncidentPage {
  older: boolean;
}

/** What each report of the happening said; null: there is but one, and the page says it already. @param shown null: they could not be read in time */
export function reports(alertId: string, content: AlertContent, shown: ReportsShown | null, now: Instant): Html | null {
  if (shown === null) return html`<p>Chưa đọc được các tin báo về vụ việc này. <span lang="en">The reports of this happening could not be read in time.</span></p>`;
  const { items, next, older } = shown;
  if (items.length < 2 && !older) return null;
  const more = next === null ? null : html`<p><a href="/a/${alertId}?after=${next}">Các tin báo trước đó <span lang="en">earlier reports</span></a></p>`;
  const back = older ? html`<p><a href="/a/${alertId}">Về các tin báo mới nhất <span lang="en">back to the newest</span></a></p>` : null;
  return html`<details${older ? html` open` : null}><summary>Các tin báo về vụ việc này <span lang="en">reports of this happening</span></summary>${back}<ul class="why">${items.map((each) => line(each, content.zone, now))}</ul>${more}</details>`;
}

/** Reports of one happening are of one zone; a correction alone may name another. */
function line(report: ListedIncident, zone: AlertContent['zone'], now: Instant): Html {
  const { occurredAt, category, description } = report;
  const [called, known] = [categoryNames(category), whatIsKnown(report)];
  const place = report.zone === null ? null : `, ${zone?.id === report.zone ? zone.name : report.zone}`;
  return html`<li><b>${called.vi}</b> <span lang="en">${called.en}</span><br>${when(occurredAt, now)}${place}${known === '' ? null : html`<br>${known}`}${description === null ? null : html`<div class="said">${shortened(description, REPORT_TEXT_LENGTH)}</div>`}</li>`;
}
