import { canonicalJson, type Reason, type RiskAssessment } from '@vong-gac/domain';

/**
 * `canonicalJson(assessment)`, in the pieces that it is made of. Most reasons are a policy's own objects, used again for every
 * event: their bytes are made once and copied from then on, which is the greater part of an assessment. The spec holds both ways equal.
 */
export function assessmentPieces(assessment: RiskAssessment): (Buffer | string)[] {
  const { context, level, policyId, policyVersion, reasons, score } = assessment;
  const pieces: (Buffer | string)[] = [`{"context":${canonicalJson(context)},"level":"${level}","policyId":${JSON.stringify(policyId)},"policyVersion":${policyVersion},"reasons":[`];
  for (const reason of reasons) {
    if (pieces.length > 1) pieces.push(',');
    pieces.push(bytesOf(reason));
  }
  pieces.push(`],"score":${score}}`);
  return pieces;
}

const written = new WeakMap<Reason, Buffer>();

function bytesOf(reason: Reason): Buffer {
  let bytes = written.get(reason);
  // JSON has no NUL, and lone surrogates are written as escapes: the bytes are what a text column takes.
  if (bytes === undefined) written.set(reason, (bytes = Buffer.from(canonicalJson(reason))));
  return bytes;
}
