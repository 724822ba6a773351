import type { Bilingual, CategoryRule, Effect, RiskPolicy } from '@vong-gac/domain';
import { parse } from 'yaml';
import { policyOf } from './read-policy';

/** A policy as its document has it, for people: conditions as they are written, each figure with its source. */
export interface ReadablePolicy {
  id: string;
  version: number;
  validFrom: string;
  author: string;
  sources: Record<string, string>;
  thresholds: RiskPolicy['thresholds'] & { source: string };
  categories: Record<string, CategoryRule & { source: string }>;
  rules: ReadableRule[];
}

export interface ReadableRule {
  id: string;
  /** Codes, groups or `crowd-sensitive`; null: everywhere. */
  categories: string[] | null;
  greatestOf: string | null;
  source: string;
  steps: ReadableStep[];
}

export interface ReadableStep extends Effect {
  /** `weapon && injured >= 3.0`, `injured ≥ 10`. */
  when: string;
  text: Bilingual;
}

type WrittenStep = Partial<Effect> & { from: number; above?: boolean; text: Bilingual };
type WrittenRule = Partial<Effect> & { id: string; for?: string | string[]; when?: string; scale?: string; steps?: WrittenStep[]; greatestOf?: string; text: Bilingual; source: string };

/** @throws PolicyRefused where the document is no policy */
export function readablePolicy(text: string): ReadablePolicy {
  policyOf(text);
  // The check has vouched for its form.
  const { rules, ...head } = parse(text, { version: '1.2' }) as Omit<ReadablePolicy, 'rules'> & { rules: WrittenRule[] };
  return { ...head, rules: rules.map(readableRule) };
}

function readableRule({ id, for: where, when, scale, steps, greatestOf, source, ...single }: WrittenRule): ReadableRule {
  const readable = steps === undefined ? [{ ...effectOf(single), when: oneLine(String(when)), text: single.text }] : steps.map((step) => ({ ...effectOf(step), when: `${oneLine(String(scale))} ${step.above === true ? '>' : '≥'} ${step.from}`, text: step.text }));
  return { id, categories: where === undefined ? null : [where].flat(), greatestOf: greatestOf ?? null, source, steps: readable };
}

function effectOf({ points = 0, floor, cap }: Partial<Effect>): Effect {
  return { points, ...(floor === undefined ? {} : { floor }), ...(cap === undefined ? {} : { cap }) };
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
