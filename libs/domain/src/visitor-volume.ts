import type { Defect, Incident, Instant } from './incident';

export type VolumeKind = 'measured' | 'declared' | 'forecast';

/** How many people are present at a site or in one of its zones, at one instant. */
export interface VisitorVolume {
  kind: 'volume';
  source: string;
  eventId: string;
  siteId: string;
  /** null: the whole site. */
  zone: string | null;
  measuredAt: Instant;
  receivedAt: Instant;
  /** People present. */
  occupancy: number;
  /** People who entered / left during the last `windowSeconds`. */
  entered: number | null;
  left: number | null;
  windowSeconds: number | null;
  volumeKind: VolumeKind;
  defects: Defect[];
}

/** The part of a stored volume that an assessment may use. */
export interface VolumeReading {
  siteId: string;
  zone: string | null;
  measuredAt: Instant;
  occupancy: number;
  volumeKind: VolumeKind;
  /** A declared count that said how many are present (`CrowdState.counted`), because no measured one was believed at its time. */
  counted?: boolean;
}

/** An incident looks back this far for a volume (contract.md, visitor-volume.measured). */
export const OCCUPANCY_WINDOW_MS = 30 * 60_000;

/** What a resort may publish. */
export type SiteEvent = Incident | VisitorVolume;
