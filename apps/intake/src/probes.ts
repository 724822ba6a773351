import type { Probe, Probes } from '@vong-gac/runtime';
import type { IntakeParts } from './intake.parts';

/** Liveness is the transport's: a consumer that is silent although records wait. Readiness also tells of outages, stopped partitions and refused records. */
export function probesOf({ transport, condition }: Pick<IntakeParts, 'transport' | 'condition'>): Probes {
  return {
    live(): Probe {
      const { live, reasons } = transport.health();
      return { ok: live, reasons: live ? [] : reasons };
    },
    ready(): Probe {
      const read = transport.health();
      const work = condition.ready();
      return { ok: read.ready && work.ok, reasons: [...read.reasons, ...work.reasons] };
    },
  };
}
