import type { AlertContent } from '@vong-gac/contracts';
import { LEVEL_NAMES, type Reason } from '@vong-gac/domain';
import { html, type Html } from './html';
import { count } from './words';

/** Why the alert has its level: the sentences first, then each reason with what it gave, and what of the report was wrong. */
export function why({ explanation, reasons, incident }: Omit<AlertContent, 'explanation'> & Partial<Pick<AlertContent, 'explanation'>>): Html {
  return html`<dl>
${explanation === undefined ? null : html`<dt>Giải thích <span lang="en">explanation</span></dt><dd>${explanation.vi}<br><span lang="en">${explanation.en}</span></dd>`}
${reasons.length === 0 ? null : html`<dt>Vì sao <span lang="en">why</span></dt><dd><table class="why">${reasons.map(row)}</table></dd>`}
${incident.defects.length === 0 ? null : html`<dt>Chi tiết sai đã bỏ qua <span lang="en">set aside</span></dt>${incident.defects.slice(0, 5).map(({ path, problem }) => html`<dd lang="en">${path} ${problem}</dd>`)}`}
</dl>`;
}

function row(reason: Reason): Html {
  return html`<tr><td>${reason.text.vi}<br><span lang="en">${reason.text.en}</span></td><td>${gave(reason)}</td></tr>`;
}

/** Nothing for a reason that only says something. */
function gave({ points, floor, cap }: Reason): Html[] {
  const line = (vi: string, en: string): Html => html`<div>${vi}<br><span lang="en">${en}</span></div>`;
  return [
    ...(points === undefined || points === 0 ? [] : [line(`+${count(points)} điểm`, `+${points} points`)]),
    ...(floor === undefined ? [] : [line(`ít nhất mức ${LEVEL_NAMES[floor].vi}`, `at least ${LEVEL_NAMES[floor].en}`)]),
    ...(cap === undefined ? [] : [line(`tối đa mức ${LEVEL_NAMES[cap].vi}`, `at most ${LEVEL_NAMES[cap].en}`)]),
  ];
}
