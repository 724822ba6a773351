import { hash } from 'node:crypto';
import type { Fingerprint } from '@vong-gac/database';
import type { KafkaRecord } from '@vong-gac/kafka';

const DIGEST_BYTES = 16;

/** What tells a record from another one at the same offset of a topic that was deleted and created again. */
export function fingerprintOf({ offset, timestamp, key, value }: KafkaRecord): Fingerprint {
  const digest = hash('sha256', Buffer.concat([key ?? Buffer.alloc(0), Buffer.of(0), value ?? Buffer.alloc(0)]), 'buffer').subarray(0, DIGEST_BYTES);
  return { offset, timestamp, digest };
}

export function sameRecord(a: Fingerprint, b: Fingerprint): boolean {
  return a.offset === b.offset && a.timestamp === b.timestamp && a.digest.equals(b.digest);
}
