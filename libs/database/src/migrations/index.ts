import { FirstSchema1764000000000 } from './1764000000000-first-schema';
import { QuerySupport1764000001000 } from './1764000001000-query-support';
import { LedgerVolumes1764000002000 } from './1764000002000-ledger-volumes';
import { Crowds1764000003000 } from './1764000003000-crowds';

/** In order; a migration that was released is never changed. */
export const MIGRATIONS = [FirstSchema1764000000000, QuerySupport1764000001000, LedgerVolumes1764000002000, Crowds1764000003000];
