import { canonicalJson, RISK_LEVELS, type BaselineUsed, type ContextUsed, type Reason, type RiskAssessment } from '@vong-gac/domain';
import type { CopyRows } from './copy-rows';

/**
 * Writes `canonicalJson(assessment)` as one value, for every event: the keys stand here in their order, and the bytes of a reason, mostly a
 * policy's own object that is used again and again, are made once. The spec holds both ways equal.
 */
export function writeAssessment(out: CopyRows, { context, level, policyId, policyVersion, reasons, score }: RiskAssessment): void {
  out.begin();
  out.part(`{"context":${contextJson(context)},"level":"${level}","policyId":${JSON.stringify(policyId)},"policyVersion":${policyVersion},"reasons":[`);
  let first = true;
  for (const reason of reasons) {
    const bytes = bytesOf(reason);
    out.partBytes(first ? bytes.first : bytes.next);
    first = false;
  }
  out.part(`],"score":${score}}`);
  out.end();
}

function contextJson(context: ContextUsed): string {
  const { areaM2, baseline, capacity, dayClass, jurisdictionNote, localHour, occupancy, situation, water, zoneKnown } = context;
  const place = `"areaM2":${number(areaM2)},"baseline":${baseline === null ? 'null' : baselineJson(baseline)},"capacity":${number(capacity)}`;
  const note = jurisdictionNote === null ? 'null' : `"${jurisdictionNote}"`;
  const crowd = occupancy === null ? 'null' : canonicalJson(occupancy);
  const news = situation.news === true ? '"news":true,' : '';
  const whole = `"situation":{${news}"reports":${number(situation.reports)},"sources":${number(situation.sources)}}`;
  return `{${place},"dayClass":"${dayClass}","jurisdictionNote":${note},"localHour":${localHour},"occupancy":${crowd},${whole},"water":${water},"zoneKnown":${zoneKnown}}`;
}

function baselineJson({ days, expected, method, observed, spread, windowHours }: BaselineUsed): string {
  return `{"days":${number(days)},"expected":${number(expected)},"method":"${method}","observed":${number(observed)},"spread":${number(spread)},"windowHours":${number(windowHours)}}`;
}

/** As JSON writes it, without the way through its writer. */
function number(value: number | null): string {
  return value !== null && Number.isFinite(value) ? `${value}` : 'null';
}

/** A reason alone, and behind a comma. */
interface ReasonBytes {
  first: Buffer;
  next: Buffer;
}
const written = new WeakMap<Reason, ReasonBytes>();

function bytesOf(reason: Reason): ReasonBytes {
  let bytes = written.get(reason);
  if (bytes === undefined) {
    // JSON has no NUL, and lone surrogates are written as escapes: the bytes are what a text column takes.
    const next = alone(`,${canonicalJson(reason)}`);
    bytes = { first: next.subarray(1), next };
    if (comesAgain(reason)) written.set(reason, bytes);
  }
  return bytes;
}

/** Bytes in memory of their own: a slice of Node's pool would keep 64 KiB (Node 24) alive for as long as the reason is remembered. */
function alone(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}

const textOfReason = new WeakMap<Reason, string>();

/** The text that `writeAssessment` writes: for whoever compares it with what is stored, event by event. */
export function assessmentText({ context, level, policyId, policyVersion, reasons, score }: RiskAssessment): string {
  let text = `{"context":${contextJson(context)},"level":"${level}","policyId":${JSON.stringify(policyId)},"policyVersion":${policyVersion},"reasons":[`;
  for (let i = 0; i < reasons.length; i++) {
    const reason = reasons[i];
    if (reason === undefined) continue;
    const own = reasonText(reason);
    text += i === 0 ? own : `,${own}`;
  }
  return `${text}],"score":${score}}`;
}

/** A policy's own reasons are frozen and used again; to remember every other one, too, costs more than to write it. */
const comesAgain = (reason: Reason): boolean => Object.isFrozen(reason);

function reasonText(reason: Reason): string {
  if (!comesAgain(reason)) return canonicalJson(reason);
  let own = textOfReason.get(reason);
  if (own === undefined) textOfReason.set(reason, (own = canonicalJson(reason)));
  return own;
}

/** What a replay needs of a stored assessment: all that it makes anew itself is left unread. */
export type AssessmentHead = Pick<RiskAssessment, 'context' | 'level' | 'policyId' | 'policyVersion'>;

const CONTEXT = '{"context":';
/** Never inside a string of the context: there, quotes are escaped. */
const AFTER_CONTEXT = ',"level":"';
const HEAD = /,"level":"([a-z]+)","policyId":"([a-z0-9-]+)","policyVersion":(\d+),"reasons":\[/y;

/** null: these are not the bytes of an assessment. */
export function readAssessmentHead(text: string): AssessmentHead | null {
  const end = text.indexOf(AFTER_CONTEXT);
  if (end < 0 || !text.startsWith(CONTEXT)) return null;
  HEAD.lastIndex = end;
  const [, word, policyId, version] = HEAD.exec(text) ?? [];
  const level = RISK_LEVELS.find((each) => each === word);
  const context = contextIn(text.slice(CONTEXT.length, end));
  return level === undefined || policyId === undefined || context === null ? null : { context, level, policyId, policyVersion: Number(version) };
}

function contextIn(text: string): ContextUsed | null {
  try {
    const context = JSON.parse(text) as Partial<ContextUsed> | null;
    return typeof context === 'object' && context !== null && typeof context.situation === 'object' && context.situation !== null && context.baseline !== undefined && context.occupancy !== undefined ? (context as ContextUsed) : null;
  } catch {
    return null; // Bytes that were damaged: the caller names the incident, JSON.parse could not.
  }
}
