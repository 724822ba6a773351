import type { VolumeKind } from '@vong-gac/domain';
import { SiteId, Text, Time, Whole, Word } from '../fields/fields';

const KINDS: readonly VolumeKind[] = ['measured', 'declared', 'forecast'];
/** No place on earth holds more people at once; a greater number is a broken counter. */
const MOST_PEOPLE = 10_000_000;
/** A week. */
const LONGEST_WINDOW_SECONDS = 604_800;

/** `data` of `vn.vonggac.visitor-volume.measured.v1`. */
export class VisitorVolumeMeasuredData {
  @SiteId({ description: 'The site, as registered.' })
  siteId!: string;

  @Time({ description: 'The instant that the count is of; from 2000 to 10 minutes (a forecast: 366 days) after it is received.' })
  measuredAt!: string;

  @Whole(0, MOST_PEOPLE, { description: 'People present.' })
  occupancy!: number;

  @Text(200, { optional: true, description: 'A zone of the site; the whole site when missing.' })
  zone?: string | null;

  @Whole(0, MOST_PEOPLE, { optional: true, description: 'People who entered during the last `windowSeconds`.' })
  entered?: number | null;

  @Whole(0, MOST_PEOPLE, { optional: true, description: 'People who left during the last `windowSeconds`.' })
  left?: number | null;

  @Whole(1, LONGEST_WINDOW_SECONDS, { optional: true, description: 'The length of the window of `entered` and `left`.' })
  windowSeconds?: number | null;

  @Word(KINDS, { optional: true, description: 'How the number came about; measured when missing.' })
  kind?: VolumeKind | null;
}
