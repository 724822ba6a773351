import type { Instant } from '@vong-gac/domain';

/** RFC 3339 in UTC, milliseconds. */
export function iso(at: Instant): string {
  return new Date(at).toISOString();
}

export function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : iso(at);
}
