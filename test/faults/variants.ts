import type { Violation } from './history';

/** Where a service can be made to die by kill -9 (entry.ts). */
export const INTAKE_POINTS = ['after-fetch', 'after-decode', 'before-begin', 'after-copy', 'after-alert', 'after-ledger', 'after-commit', 'quarantine-write'] as const;
export const DISPATCH_POINTS = ['claimed', 'request-sent', 'answered', 'marked'] as const;
export type KillPoint = (typeof INTAKE_POINTS)[number] | (typeof DISPATCH_POINTS)[number];

/** Ways in which a service can be broken, the invariant that must find it, and what must be said of it: another sentence of the same invariant shows that something else broke. */
export const BROKEN_WAYS = {
  'offset-before-transaction': { service: 'intake', invariant: 'I6', says: /would resume at/ },
  'alert-after-commit': { service: 'intake', invariant: 'I2', says: /raise an alert .*, and there is none/ },
  'marked-before-send': { service: 'dispatch', invariant: 'I3', says: /is marked delivered, and its receiver never took it/ },
  'lease-never-expires': { service: 'dispatch', invariant: 'I3', says: /still waits after 1 attempts/ },
  'quarantine-dropped': { service: 'intake', invariant: 'I1', says: /must be quarantined as .*, and it is not/ },
  'sent-twice': { service: 'dispatch', invariant: 'I4', says: /came again to/ },
  'anybody-admitted': { service: 'intake', invariant: 'I8', says: /for which it may not publish/ },
  // The last: rows without their ledger are a database that no good intake can take up again.
  'ledger-not-written': { service: 'intake', invariant: 'I1', says: /was never settled/ },
} as const;
export type BrokenWay = keyof typeof BROKEN_WAYS;

/** The violation that shows that this way of being broken was found, and nothing else. */
export const proofOf = (way: BrokenWay, violations: readonly Violation[]): Violation | undefined => violations.find(({ invariant, says }) => invariant === BROKEN_WAYS[way].invariant && BROKEN_WAYS[way].says.test(says));

/** A migration of the harness's own, for migrations under load, and how it is undone. */
export const ONE_MORE = {
  name: 'FaultsOneMore9764000000000',
  up: ['ALTER TABLE incidents ADD COLUMN faults_note text', 'CREATE INDEX faults_level ON incidents (level, occurred_at)', 'ALTER TABLE deliveries ADD COLUMN faults_note text'],
  down: ['ALTER TABLE incidents DROP COLUMN IF EXISTS faults_note', 'DROP INDEX IF EXISTS faults_level', 'ALTER TABLE deliveries DROP COLUMN IF EXISTS faults_note', `DELETE FROM migrations WHERE name = 'FaultsOneMore9764000000000'`],
} as const;
