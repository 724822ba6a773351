import { CrowdReplayStore, failureKind, type Database, type ReadingFilter } from '@vong-gac/database';
import type { RiskPolicy } from '@vong-gac/domain';
import { whileWorking } from '../terminal';
import { CrowdsAgain, type CrowdAlerts, type CrowdsAgainRules } from './crowd-alerts';

/** A policy remembers 30 nights of a counter at most, and what it believes of it: readings of this long before the range are taken without being counted. */
const WARM_UP_MS = 31 * 86_400_000;

/** Judges the stored visitor volumes again, place by place, as they come from Postgres. null: there are more than it reads in one statement's time. @throws what `onRaised` throws */
export async function crowdsAgain(database: Database, policy: RiskPolicy, { from, ...range }: ReadingFilter, rules: CrowdsAgainRules): Promise<CrowdAlerts | null> {
  const crowds = new CrowdsAgain(policy, rules);
  const warm = from === undefined ? range : { ...range, from: from - WARM_UP_MS };
  try {
    await whileWorking('judging visitor volumes again', new CrowdReplayStore(database).each(warm, (row) => crowds.take(row)));
    return crowds.result();
  } catch (error) {
    if (failureKind(error) === 'too-slow') return null;
    throw error;
  }
}
