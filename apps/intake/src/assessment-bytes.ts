import { canonicalJson, type Reason, type RiskAssessment } from '@vong-gac/domain';

/**
 * The bytes of `canonicalJson(assessment)`, in the pieces that they are made of. Most reasons are a policy's own objects, used again for every
 * event: their bytes are made once and copied from then on, which is the greater part of an assessment. The spec holds both ways equal.
 */
export function assessmentBytes(assessment: RiskAssessment): Buffer[] {
  const { context, level, policyId, policyVersion, reasons, score } = assessment;
  const pieces: Buffer[] = [Buffer.from(`{"context":${canonicalJson(context)},"level":"${level}","policyId":${JSON.stringify(policyId)},"policyVersion":${policyVersion},"reasons":[`)];
  for (const reason of reasons) {
    if (pieces.length > 1) pieces.push(COMMA);
    pieces.push(bytesOf(reason));
  }
  pieces.push(Buffer.from(`],"score":${score}}`));
  return pieces;
}

const COMMA = Buffer.from(',');
const written = new WeakMap<Reason, Buffer>();

function bytesOf(reason: Reason): Buffer {
  let bytes = written.get(reason);
  // JSON has no NUL, and lone surrogates are written as escapes: the bytes are what a text column takes.
  if (bytes === undefined) written.set(reason, (bytes = Buffer.from(canonicalJson(reason))));
  return bytes;
}
