import type { Instant, VisitorVolume } from '@vong-gac/domain';
import { VisitorVolumeMeasuredData } from '../events/visitor-volume-measured';
import type { JsonObject } from '../fields/schema';
import { parseInstant } from '../instant';
import { MAX_CLOCK_AHEAD_MS, MAX_FORECAST_AHEAD_MS } from '../limits';
import { oneLine } from '../text';
import { Contract, type Usable } from './contract';
import type { Envelope } from './envelope';
import { type Read, sortOutOrReject } from './read';
import { reject } from './rejections';
import { outOfRange } from './times';

const CONTRACT = new Contract(VisitorVolumeMeasuredData);
/** A count without a place, a time or a number says nothing. */
const REQUIRED: ReadonlySet<string> = new Set(['siteId', 'measuredAt', 'occupancy']);

/** `data` of a visitor volume → the volume with its defects, or why it cannot be one. */
export function readVolume(data: JsonObject, envelope: Envelope, receivedAt: Instant): Read<VisitorVolume> {
  if (CONTRACT.fits(data)) return volumeFrom(data, envelope, receivedAt);
  const sorted = sortOutOrReject(CONTRACT, data, REQUIRED, envelope);
  if (sorted.outcome === 'rejection') return sorted;
  envelope.defects.push(...sorted.defects);
  return volumeFrom(sorted.usable, envelope, receivedAt);
}

function volumeFrom(data: Usable<VisitorVolumeMeasuredData>, envelope: Envelope, receivedAt: Instant): Read<VisitorVolume> {
  const { siteId, measuredAt: measuredAtSent, occupancy } = data;
  const measuredAt = typeof measuredAtSent === 'string' ? parseInstant(measuredAtSent) : null;
  // The compiler cannot know that REQUIRED left them in place.
  if (typeof siteId !== 'string' || measuredAt === null || typeof occupancy !== 'number') throw new Error('sortOutOrReject let a volume without place, time or count pass');
  const kind = data.kind ?? 'measured';
  const wrong = outOfRange(measuredAt, receivedAt, kind === 'forecast' ? MAX_FORECAST_AHEAD_MS : MAX_CLOCK_AHEAD_MS);
  if (wrong !== null) {
    const detail = `/measuredAt ${wrong} (${measuredAtSent ?? ''}). Check the clock and the time zone that the resort writes, and send the count again under a new id.`;
    return reject('time-out-of-range', detail, envelope);
  }
  return {
    kind: 'volume',
    source: envelope.source,
    eventId: envelope.eventId,
    siteId,
    zone: typeof data.zone === 'string' ? oneLine(data.zone) : null,
    measuredAt,
    receivedAt,
    occupancy,
    entered: data.entered ?? null,
    left: data.left ?? null,
    windowSeconds: data.windowSeconds ?? null,
    volumeKind: kind,
    defects: envelope.defects,
  };
}
