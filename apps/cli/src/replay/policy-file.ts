import { readFileSync, statSync } from 'node:fs';
import { describeProblem, readPolicy, type PolicyProblem } from '@vong-gac/policy';
import type { RiskPolicy } from '@vong-gac/domain';
import { badAnswer, wrongUsage } from '../failure';

/** More than any policy has; what is larger is another file. */
const BYTES_MAX = 1024 * 1024;

/** The text of a policy document. @throws CommandFailed (usage) where it cannot be read */
export function readPolicyFile(path: string): string {
  let bytes: Buffer;
  try {
    const { size } = statSync(path);
    if (size > BYTES_MAX) throw wrongUsage(`${path} has ${size} bytes, a policy has at most ${BYTES_MAX}: give the path of a policy document.`);
    bytes = readFileSync(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw wrongUsage(`${path} cannot be read (${error.message}): give the path of a policy document.`, error);
  }
  const text = bytes.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes)) throw wrongUsage(`${path} is not UTF-8: save it as UTF-8.`);
  if (text.includes('\0')) throw wrongUsage(`${path} holds a NUL character: it is no text; give the path of a policy document.`);
  return text;
}

export const problemLine = (path: string, problem: PolicyProblem): string => `${path}:${describeProblem(problem)}`;

/** @throws CommandFailed (bad) with all problems where the document is no policy */
export function policyIn(path: string, text: string): RiskPolicy {
  const { policy, problems } = readPolicy(text);
  if (policy === null) throw badAnswer(problems.map((problem) => problemLine(path, problem)).join('\n'));
  return policy;
}
