import { canonicalJson, type ContextUsed, type Reason, type RiskAssessment } from '@vong-gac/domain';
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
  const place = `"areaM2":${JSON.stringify(areaM2)},"baseline":${baseline === null ? 'null' : canonicalJson(baseline)},"capacity":${JSON.stringify(capacity)}`;
  const note = jurisdictionNote === null ? 'null' : `"${jurisdictionNote}"`;
  const crowd = occupancy === null ? 'null' : canonicalJson(occupancy);
  const whole = `"situation":{"reports":${JSON.stringify(situation.reports)},"sources":${JSON.stringify(situation.sources)}}`;
  return `{${place},"dayClass":"${dayClass}","jurisdictionNote":${note},"localHour":${localHour},"occupancy":${crowd},${whole},"water":${water},"zoneKnown":${zoneKnown}}`;
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
    const next = Buffer.from(`,${canonicalJson(reason)}`);
    written.set(reason, (bytes = { first: next.subarray(1), next }));
  }
  return bytes;
}
