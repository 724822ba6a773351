import type { CapCertainty, CapSeverity, CapStatus, CapUrgency } from '@vong-gac/domain';
import { Degrees, Identifier, ListOf, Nested, Sha256, SiteId, Text, Time, Whole, Word, YesNo } from '../fields/fields';
import { MAX_CATEGORY_LENGTH } from '../limits';

export const CAP_STATUSES: readonly CapStatus[] = ['Actual', 'Exercise', 'Test'];
const SEVERITIES: readonly CapSeverity[] = ['Extreme', 'Severe', 'Moderate', 'Minor', 'Unknown'];
const URGENCIES: readonly CapUrgency[] = ['Immediate', 'Expected', 'Future', 'Past', 'Unknown'];
const CERTAINTIES: readonly CapCertainty[] = ['Observed', 'Likely', 'Possible', 'Unlikely', 'Unknown'];

/** A point in WGS 84. */
export class Location {
  @Degrees(90, { description: 'Latitude in degrees.' })
  lat!: number;

  @Degrees(180, { description: 'Longitude in degrees.' })
  lon!: number;
}

/** Evidence that the resort keeps. */
export class EvidenceReference {
  @Text(1_000, { description: 'How the resort finds it again. A reference, never the media itself.' })
  ref!: string;

  @Sha256({ optional: true, description: 'SHA-256 of the kept file.' })
  sha256?: string | null;

  @Text(200, { optional: true, description: 'Media type of the kept file.' })
  mediaType?: string | null;
}

/** `data` of `vn.vonggac.incident.reported.v1`. */
export class IncidentReportedData {
  @SiteId({ description: 'The site where it happened, as registered.' })
  siteId!: string;

  @Text(MAX_CATEGORY_LENGTH, { description: 'A code `group.name` of the catalogue. An unknown name counts as the gravest of its group, an unknown group at least as high.' })
  category!: string;

  @Time({ description: 'When it happened; from 2000 to 10 minutes after it is received. Otherwise the envelope’s `time`, else the time of receipt, is taken.' })
  occurredAt!: string;

  @Time({ optional: true, description: 'When the resort learned of it; the same limits.' })
  reportedAt?: string | null;

  @Word(CAP_STATUSES, { optional: true, description: 'Whether it is real; Actual when missing. Another word is refused: a guess would be wrong either way.' })
  status?: CapStatus | null;

  @Word(SEVERITIES, { optional: true, description: 'CAP 1.2 severity: the publisher’s view.' })
  severity?: CapSeverity | null;

  @Word(URGENCIES, { optional: true, description: 'CAP 1.2 urgency: the publisher’s view.' })
  urgency?: CapUrgency | null;

  @Word(CERTAINTIES, { optional: true, description: 'CAP 1.2 certainty: the publisher’s view.' })
  certainty?: CapCertainty | null;

  @Whole(0, 4, { optional: true, description: 'ANSI/TMA AVS-01 level: 0 none, 1 limited, 2 human presence, 3 threat to property, 4 threat to life.' })
  verification?: number | null;

  @Text(200, { optional: true, description: 'A zone of the site. An unregistered one is kept, and the reasons say so.' })
  zone?: string | null;

  @Nested(Location, { optional: true, description: 'Where it happened, WGS 84; the site’s point when missing.' })
  location?: Location | null;

  @Text(null, { optional: true, description: 'What happened. Beyond 4,000 characters it is cut for search and alerts, and whole in the original.' })
  description?: string | null;

  @Whole(0, 100_000, { optional: true, description: 'People injured.' })
  injured?: number | null;

  @Whole(0, 100_000, { optional: true, description: 'People involved.' })
  involved?: number | null;

  @YesNo({ optional: true, description: 'Whether a weapon was seen or used.' })
  weapon?: boolean | null;

  @ListOf(EvidenceReference, 20, { optional: true, description: 'References to evidence that the resort keeps; media never travel.' })
  evidence?: EvidenceReference[] | null;

  @Identifier({ optional: true, description: 'Event id of the same source that this event corrects. It may arrive later.' })
  corrects?: string | null;
}
