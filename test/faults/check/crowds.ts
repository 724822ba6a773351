import { decode } from '@vong-gac/contracts';
import { crowdAlertStep, DEFAULT_ACKNOWLEDGE_LIMITS, observeCrowd, threadKey, zoneKey, type AlertState, type CrowdState, type VisitorVolume } from '@vong-gac/domain';
import { builtInPolicy } from '@vong-gac/policy';
import { measured } from '../places';
import type { Dump } from '../history';
import type { Change } from './alerts';

/** What the rules make of the stored counts of the zones that fill up, each taken in the order in which it was measured: a resort sends them in one request, in that order. */
export function crowds(volumes: Dump['volumes']): { states: Map<string, AlertState>; changes: Change[] } {
  const states = new Map<string, AlertState>();
  const changes: Change[] = [];
  const known = new Map<string, CrowdState>();
  for (const volume of volumes.flatMap(volumeOf).sort((a, b) => a.measuredAt - b.measuredAt)) {
    const place = measured(volume.siteId, volume.zone);
    if (place === null) continue;
    const at = zoneKey(place.siteId, place.zone);
    const seen = observeCrowd(known.get(at) ?? null, volume, place, builtInPolicy());
    if (seen.taken) known.set(at, seen.state);
    const effect = seen.change?.alert ?? null;
    if (effect === null) continue;
    const key = threadKey({ source: effect.source, siteId: place.siteId, status: 'Actual', firstId: effect.firstId });
    const step = crowdAlertStep({ effect, siteId: place.siteId, alert: states.get(key) ?? null, policeBodyId: '', now: 0, limits: DEFAULT_ACKNOWLEDGE_LIMITS });
    if (step === null) continue;
    states.set(key, step.state);
    changes.push({ thread: step.state.thread, causeEventId: effect.causeId, causeSource: effect.source, change: step.change });
  }
  return { states, changes };
}

function volumeOf({ original, receivedAt }: Dump['volumes'][number]): VisitorVolume[] {
  const decoded = decode({ value: Buffer.from(original), headers: [], timestamp: receivedAt });
  return decoded.outcome === 'event' && decoded.event.kind === 'volume' ? [decoded.event] : [];
}
