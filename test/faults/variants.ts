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
