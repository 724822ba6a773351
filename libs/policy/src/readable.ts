import type { Bilingual, CategoryRule, CrowdRules, Effect, KinRule, RiskPolicy, SurpriseRules } from '@vong-gac/domain';
import { parse } from 'yaml';
import { policyOf } from './read-policy';
import { CROWD_WORDS, kinWords, SURPRISE_WORDS } from './section-words';

/** A policy as its document has it, for people: conditions as they are written, each figure with its source. */
export interface ReadablePolicy {
  id: string;
  version: number;
  validFrom: string;
  author: string;
  sources: Record<string, string>;
  thresholds: RiskPolicy['thresholds'] & { source: string };
  categories: Record<string, CategoryRule & { source: string }>;
  crowd: Told<CrowdRules>;
  situations: (KinRule & Words)[];
  surprise: Told<SurpriseRules>;
  rules: ReadableRule[];
}

/** What a group of figures says, and where it comes from. */
interface Words {
  text: Bilingual;
  source: string;
}
type Told<Groups> = { [Group in keyof Groups]: Groups[Group] & Words };
type Written<Groups> = { [Group in keyof Groups]: Groups[Group] & { source: string } };

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
type WrittenKin = Omit<KinRule, 'categories'> & { for: string | string[]; source: string };
type WrittenRule = Partial<Effect> & { id: string; for?: string | string[]; when?: string; scale?: string; steps?: WrittenStep[]; greatestOf?: string; text: Bilingual; source: string };

/** @throws PolicyRefused where the document is no policy */
export function readablePolicy(text: string): ReadablePolicy {
  policyOf(text);
  // The check has vouched for its form.
  const { crowd, situations, surprise, rules, ...head } = parse(text, { version: '1.2' }) as Omit<ReadablePolicy, 'crowd' | 'situations' | 'surprise' | 'rules'> & {
    crowd: Written<CrowdRules>;
    situations: WrittenKin[];
    surprise: Written<SurpriseRules>;
    rules: WrittenRule[];
  };
  return { ...head, crowd: toldOf(crowd, CROWD_WORDS), situations: situations.map(readableKin), surprise: toldOf(surprise, SURPRISE_WORDS), rules: rules.map(readableRule) };
}

/** Each group of a section with its sentence. */
function toldOf<Groups extends object>(written: Written<Groups>, words: { readonly [Group in keyof Groups]: (figures: Groups[Group]) => Bilingual }): Told<Groups> {
  const told = <Group extends keyof Groups>(group: Group) => [group, { ...written[group], text: words[group](written[group]) }] as const;
  return Object.fromEntries((Object.keys(written) as (keyof Groups)[]).map(told)) as Told<Groups>;
}

function readableKin({ for: where, ...figures }: WrittenKin): KinRule & Words {
  const kin = { ...figures, categories: [where].flat() };
  return { ...kin, text: kinWords(kin) };
}

function readableRule({ id, for: where, when, scale, steps, greatestOf, source, ...single }: WrittenRule): ReadableRule {
  const readable = steps === undefined ? [{ ...effectOf(single), when: oneLine(String(when)), text: single.text }] : steps.map((step) => ({ ...effectOf(step), when: `${oneLine(String(scale))} ${step.above === true ? '>' : '≥'} ${step.from}`, text: step.text }));
  return { id, categories: where === undefined ? null : [where].flat(), greatestOf: greatestOf ?? null, source, steps: readable };
}

function effectOf({ points = 0, floor, cap }: Partial<Effect>): Effect {
  return { points, ...(floor === undefined ? {} : { floor }), ...(cap === undefined ? {} : { cap }) };
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
