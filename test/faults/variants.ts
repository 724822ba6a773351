/** Where a service can be made to die by kill -9 (entry.ts). */
export const INTAKE_POINTS = ['after-fetch', 'after-decode', 'before-begin', 'after-copy', 'after-alert', 'after-ledger', 'after-commit', 'quarantine-write'] as const;
export const DISPATCH_POINTS = ['claimed', 'request-sent', 'answered', 'marked'] as const;
export type KillPoint = (typeof INTAKE_POINTS)[number] | (typeof DISPATCH_POINTS)[number];

/** Ways in which a service can be broken, and the invariant that must find it. */
export const BROKEN_WAYS = {
  'offset-before-transaction': { service: 'intake', invariant: 'I6' },
  'alert-after-commit': { service: 'intake', invariant: 'I2' },
  'marked-before-send': { service: 'dispatch', invariant: 'I3' },
  'lease-never-expires': { service: 'dispatch', invariant: 'I3' },
  'quarantine-dropped': { service: 'intake', invariant: 'I1' },
  'sent-twice': { service: 'dispatch', invariant: 'I4' },
  'anybody-admitted': { service: 'intake', invariant: 'I8' },
  // The last: rows without their ledger are a database that no good intake can take up again.
  'ledger-not-written': { service: 'intake', invariant: 'I1' },
} as const;
export type BrokenWay = keyof typeof BROKEN_WAYS;

/** A migration of the harness's own, for migrations under load, and how it is undone. */
export const ONE_MORE = {
  name: 'FaultsOneMore9764000000000',
  up: ['ALTER TABLE incidents ADD COLUMN faults_note text', 'CREATE INDEX faults_level ON incidents (level, occurred_at)', 'ALTER TABLE deliveries ADD COLUMN faults_note text'],
  down: ['ALTER TABLE incidents DROP COLUMN IF EXISTS faults_note', 'DROP INDEX IF EXISTS faults_level', 'ALTER TABLE deliveries DROP COLUMN IF EXISTS faults_note', `DELETE FROM migrations WHERE name = 'FaultsOneMore9764000000000'`],
} as const;
