import { FirstSchema1764000000000 } from './1764000000000-first-schema';
import { QuerySupport1764000001000 } from './1764000001000-query-support';
import { LedgerVolumes1764000002000 } from './1764000002000-ledger-volumes';
import { SiteEvents1764000003000 } from './1764000003000-site-events';
import { Crowds1764000004000 } from './1764000004000-crowds';
import { SiteMemory1764000005000 } from './1764000005000-site-memory';
import { TextsOfAlertsUncompressed1764000007000 } from './1764000007000-texts-of-alerts-uncompressed';
import { PolicyOfCrowds1764000009000 } from './1764000009000-policy-of-crowds';
import { Policies1764000010000 } from './1764000010000-policies';
import { BelievedReadings1764000011000 } from './1764000011000-believed-readings';
import { DaysOfHappenings1764000012000 } from './1764000012000-days-of-happenings';
import { LostOffsets1764000013000 } from './1764000013000-lost-offsets';

/** In order; a migration that was released is never changed. */
export const MIGRATIONS = [
  FirstSchema1764000000000, QuerySupport1764000001000, LedgerVolumes1764000002000, SiteEvents1764000003000, Crowds1764000004000, SiteMemory1764000005000, TextsOfAlertsUncompressed1764000007000,
  PolicyOfCrowds1764000009000, Policies1764000010000, BelievedReadings1764000011000, DaysOfHappenings1764000012000, LostOffsets1764000013000,
];
