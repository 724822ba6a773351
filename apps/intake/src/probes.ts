import type { Probe, Probes } from '@vong-gac/runtime';
import type { IntakeParts } from './intake.parts';

/** Liveness is the transport's: a consumer that is silent although records wait. Readiness also tells of outages, stopped partitions, refused records and policies that cannot be read. */
export function probesOf({ transport, condition, policies }: Pick<IntakeParts, 'transport' | 'condition' | 'policies'>): Probes {
  return {
    live(): Probe {
      const { live, reasons } = transport.health();
      return { ok: live, reasons: live ? [] : reasons };
    },
    ready(): Probe {
      const read = transport.health();
      const [work, policy] = [condition.ready(), policies.ready()];
      return { ok: read.ready && work.ok && policy.ok, reasons: [...read.reasons, ...work.reasons, ...policy.reasons] };
    },
  };
}
