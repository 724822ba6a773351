import type { NewPolicy, PolicyStore } from '@vong-gac/database';
import { policyName, type PolicyVersion, type RiskPolicy } from '@vong-gac/domain';
import { builtInDocument, builtInPolicy } from '@vong-gac/policy';
import { badAnswer, wrongUsage } from '../failure';
import { policyIn, readPolicyFile } from '../replay/policy-file';

const STORED = /^([a-z0-9][a-z0-9-]{0,63})@([1-9]\d{0,6})$/;

/** `night@3`: a stored policy; null: it is the path of a file. */
export function storedName(given: string): PolicyVersion | null {
  const [, id, version] = STORED.exec(given) ?? [];
  return id === undefined ? null : { id, version: Number(version) };
}

/** The policy that a command is given: a document, or one that is stored. @throws CommandFailed where it is none, with every problem */
export async function givenPolicy(store: PolicyStore, given: string): Promise<NewPolicy & { policy: RiskPolicy }> {
  const name = storedName(given);
  const document = name === null ? readPolicyFile(given) : await storedDocument(store, name);
  const policy = policyIn(given, document);
  const { id, version, author, validFrom } = policy;
  if (id === builtInPolicy().id && name === null && document !== builtInDocument()) throw badAnswer(`${given}: the id ${id} is that of Vọng Gác's own policies: give yours another.`);
  return { id, version, author, validFrom, document, policy };
}

async function storedDocument(store: PolicyStore, name: PolicyVersion): Promise<string> {
  const document = (await store.document(name)) ?? (policyName(name) === policyName(builtInPolicy()) ? builtInDocument() : null);
  if (document === null) throw badAnswer(`No policy ${policyName(name)} is stored: "vong-gac policy list" names those that are.`);
  return document;
}

/** What is kept with a decision for ever. @throws CommandFailed (usage) where it says nothing */
export function said(option: string, text: string, max: number): string {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > max || trimmed.includes('\0')) throw wrongUsage(`${option} needs 1 to ${max} characters.`);
  return trimmed;
}
