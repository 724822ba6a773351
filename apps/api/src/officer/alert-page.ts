import type { AlertContent } from '@vong-gac/contracts';
import type { AlertHistoryEntry, AlertRecord } from '@vong-gac/database';
import { DISPOSITIONS, groupOf, LEVEL_NAMES, levelRank, type AlertState, type Instant } from '@vong-gac/domain';
import { NAME_LENGTH, NOTE_LENGTH } from '../limits';
import { html, type Html } from './html';
import { page } from './page';
import { reports, type ReportsShown } from './reports';
import { why } from './why';
import { CHANGE_NAMES, clock, count, DISPOSITION_NAMES, duration, EMERGENCY_NUMBERS, NOT_REAL, STATUS_NAMES, whatIsKnown, when } from './words';

/** What the officer just tried, and why it was not taken. */
export type Notice = { kind: 'stale'; seen: number } | { kind: 'too-late'; seen: number } | { kind: 'name-missing' } | { kind: 'disposition-missing' };

export interface AlertPageInput {
  alert: AlertRecord;
  content: AlertContent;
  /** Changes in rising revision. */
  history: readonly AlertHistoryEntry[];
  /** null: they could not be read in time. */
  reports: ReportsShown | null;
  now: Instant;
  /** The name that this phone gave last; null: none. */
  name: string | null;
  notice: Notice | null;
}

const isWaiting = ({ alertStatus }: AlertState) => alertStatus === 'pending' || alertStatus === 'delivered';
const isOver = ({ alertStatus }: AlertState) => alertStatus === 'closed' || alertStatus === 'cancelled';

/** The page that `link` of an alert opens. */
export function alertPage(input: AlertPageInput): string {
  const { alert, content } = input;
  const { state } = alert;
  const body = html`${unrealBanner(state)}${levelStrip(state, input.now)}<main>
${noticeBox(input)}${what(state, content, input.now)}${stateBox(input)}${facts(input)}${calls(content)}${why(content)}${reports(alert.id, content, input.reports, input.now)}${history(input)}${isOver(state) ? null : closeForm(input)}
${isWaiting(state) ? acknowledgeForm(input) : null}
<footer>${content.policeBody.name} · tin số ${state.revision} · mở lúc ${clock(input.now)} · <a href="/a/${alert.id}">tải lại</a></footer></main>`;
  return page(`${LEVEL_NAMES[state.level].vi.toUpperCase()} · ${content.headline.vi}`, body);
}

function unrealBanner({ thread }: AlertState): Html | null {
  if (thread.status === 'Actual') return null;
  const words = NOT_REAL[thread.status];
  return html`<div class="unreal"><p><b>${words.short}</b>${words.vi}<br><span lang="en">${words.en}</span></p></div>`;
}

function levelStrip(state: AlertState, now: Instant): Html {
  const name = LEVEL_NAMES[state.level];
  const higher = levelRank(state.highestLevel) > levelRank(state.level) ? ` trước đó: ${LEVEL_NAMES[state.highestLevel].vi}` : null;
  return html`<header class="level ${state.level}"><p><b>${name.vi.toUpperCase()}</b>${higher}<span lang="en">${name.en}</span></p>${countdown(state, now)}</header>`;
}

function countdown(state: AlertState, now: Instant): Html | null {
  const { acknowledgeBy } = state;
  if (acknowledgeBy === null || !isWaiting(state)) return null;
  const [left, late] = ['còn', 'quá hạn'];
  const over = acknowledgeBy < now;
  return html`<p class="left" data-by="${acknowledgeBy}" data-now="${now}" data-left="${left}" data-late="${late}"><span>${over ? late : left}</span><b>${duration(Math.abs(acknowledgeBy - now))}</b><span>nhận trước ${clock(acknowledgeBy)}</span></p>`;
}

/** The headline in parts, so that the eye finds each: what, what makes it dangerous, where and when. */
function what({ thread }: AlertState, { incident, site, zone }: AlertContent, now: Instant): Html {
  const mark = thread.status === 'Actual' ? null : NOT_REAL[thread.status].mark;
  const { injured, weapon, category } = incident;
  const danger = [weapon === true ? 'CÓ HUNG KHÍ' : null, injured !== null && injured > 0 ? `${count(injured)} NGƯỜI BỊ THƯƠNG` : null].filter((part) => part !== null);
  return html`<h1>${mark}${category.vi}</h1><p lang="en">${category.en}</p>${danger.length === 0 ? null : html`<p class="danger">${danger.map((part) => html`<strong>${part}</strong> `)}</p>`}
<p class="place">${zone === null ? null : html`<b>${zone.name}</b>, `}${site.name}</p>
<p>${when(Date.parse(incident.occurredAt), now)}${incident.reportedAt === null ? null : `, báo lúc ${clock(Date.parse(incident.reportedAt))}`}</p>`;
}

function noticeBox({ notice, alert, history: changes, now }: AlertPageInput): Html | null {
  if (notice === null) return null;
  if (notice.kind === 'name-missing') return html`<div class="notice" role="alert"><b>Chưa gửi: hãy ghi tên người nhận</b><span lang="en">Not sent: please give your name</span></div>`;
  if (notice.kind === 'disposition-missing') return html`<div class="notice" role="alert"><b>Chưa gửi: hãy chọn kết quả</b><span lang="en">Not sent: please choose a result</span></div>`;
  const since = changes.filter((change) => change.revision > notice.seen);
  const { acknowledged, closed } = alert;
  const who = notice.kind === 'stale' ? null : (closed ?? acknowledged);
  const title = notice.kind === 'stale' ? 'Chưa gửi: tin đã thay đổi, hãy đọc lại' : who === null ? 'Chưa gửi: việc này không còn chờ nhận' : `Chưa gửi: ${who.by} đã làm trước`;
  const en = notice.kind === 'stale' ? 'Not sent: the alert changed since you opened it. This is how it stands now.' : 'Not sent: somebody was before you. This is how it stands now.';
  return html`<div class="notice" role="alert"><b>${title}</b>${since.length === 0 ? null : html`<ul>${since.map((each) => changeLine(each, now))}</ul>`}<span lang="en">${en}</span></div>`;
}

function changeLine({ change, at, level }: AlertHistoryEntry, now: Instant): Html {
  const raised = change === 'raised' || change === 'updated' ? `, mức ${LEVEL_NAMES[level].vi}` : '';
  return html`<li>${when(at, now)}: ${CHANGE_NAMES[change].vi}${raised}</li>`;
}

function stateBox({ alert, now }: AlertPageInput): Html {
  const { state, acknowledged, closed } = alert;
  const name = STATUS_NAMES[state.alertStatus];
  const escalated = state.escalation > 0 && isWaiting(state) ? html`<span>Đã chuyển cấp trên</span>` : null;
  const mark = state.alertStatus === 'closed' ? closed : isWaiting(state) ? null : acknowledged;
  const by = mark === null ? null : html`<span>${mark.by}, ${when(mark.at, now)}</span>${mark.note === null ? null : html`<span>“${mark.note}”</span>`}`;
  const result = closed !== null && state.alertStatus === 'closed' ? html`<span>${DISPOSITION_NAMES[closed.disposition].vi}</span>` : null;
  return html`<div class="state ${isWaiting(state) ? 'waiting' : 'taken'}"><b>${isWaiting(state) ? null : '✓ '}${name.vi}</b>${result}${by}${escalated}<span lang="en">${name.en}</span></div>`;
}

function facts({ content, now }: AlertPageInput): Html {
  const { incident, occupancy } = content;
  const said = whatIsKnown(incident);
  return html`<dl>
${incident.description === null ? null : html`<dt>Nội dung <span lang="en">report</span></dt><dd class="said">${incident.description}</dd>`}
${said === '' ? null : html`<dt>Tình hình <span lang="en">what is known</span></dt><dd>${said}</dd>`}
<dt>Số khách <span lang="en">guests</span></dt><dd>${guests(occupancy, now)}</dd></dl>`;
}

function guests(occupancy: AlertContent['occupancy'], now: Instant): Html {
  if (occupancy === null) return html`chưa có số liệu <span lang="en">unknown</span>`;
  const { count: present, capacity, measuredAt } = occupancy;
  const share = capacity === null || capacity <= 0 ? null : ` / ${count(capacity)} (${Math.round((100 * present) / capacity)}%)`;
  return html`${count(present)}${share}, đếm lúc ${when(Date.parse(measuredAt), now)}`;
}

function calls({ site, incident }: AlertContent): Html {
  const emergency = EMERGENCY_NUMBERS[groupOf(incident.category.code)];
  const own = site.phone === null ? html`<p>Cơ sở chưa đăng ký số điện thoại. <span lang="en">The site has no phone number on record.</span></p>` : phone(site.phone, html`<span>Gọi cơ sở<br>${site.phone}</span>`);
  const map = `https://www.google.com/maps/search/?api=1&query=${site.lat},${site.lon}`;
  return html`<div class="call">${own}${emergency === undefined ? null : phone(emergency, html`Gọi ${emergency}`)}<a href="${map}" rel="noreferrer">Bản đồ</a></div>`;
}

function phone(number: string, label: Html): Html {
  return html`<a href="tel:${number.replace(/[^+\d*#]/g, '')}">${label}</a>`;
}

function history({ history: changes, now }: AlertPageInput): Html | null {
  if (changes.length < 2) return null;
  return html`<details><summary>Diễn biến <span lang="en">history</span></summary><ul class="why">${changes.map((change) => changeLine(change, now))}</ul></details>`;
}

const NOT_SENT = html`<div class="notice" role="alert" hidden><b>Chưa gửi được, hãy bấm lại</b><span lang="en">Not sent: check the network and press again</span></div>`;

function nameField(label: string, name: string | null): Html {
  const input = html`<input name="by" autocomplete="name" enterkeyhint="send" maxlength="${NAME_LENGTH}" required value="${name ?? ''}" placeholder="Cấp bậc, họ tên">`;
  if (name === null) return html`<label>${label} <span lang="en">your name</span>${input}</label>`;
  return html`<details><summary>Tên: <b>${name}</b> (đổi)</summary>${input}</details>`;
}

function acknowledgeForm({ alert, name }: AlertPageInput): Html {
  return html`<form class="act" method="post" action="/a/${alert.id}/acknowledge">${NOT_SENT}<input type="hidden" name="revision" value="${alert.state.revision}">${nameField('Người nhận', name)}<button data-busy="Đang gửi…">ĐÃ NHẬN</button></form>`;
}

function closeForm({ alert, name, notice }: AlertPageInput): Html {
  const options = [...DISPOSITIONS].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)).map((word) => html`<option value="${word}">${DISPOSITION_NAMES[word].vi} (${DISPOSITION_NAMES[word].en})</option>`);
  const open = !isWaiting(alert.state) || notice?.kind === 'disposition-missing';
  return html`<details${open ? html` open` : null}><summary>Kết thúc vụ việc <span lang="en">close</span></summary><form method="post" action="/a/${alert.id}/close">${NOT_SENT}<input type="hidden" name="revision" value="${alert.state.revision}">
<label>Kết quả <span lang="en">result</span><select name="disposition" required><option value="">Chọn…</option>${options}</select></label>
<label>Ghi chú <span lang="en">note</span><input name="note" maxlength="${NOTE_LENGTH}" autocomplete="off"></label>${nameField('Người ghi', name)}<button class="small" data-busy="Đang gửi…">Kết thúc</button></form></details>`;
}

const ORDER = Object.keys(DISPOSITION_NAMES);
