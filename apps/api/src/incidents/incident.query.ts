import { CATALOGUE, CATEGORY_GROUPS, RISK_LEVELS, type Instant, type Registry, type RiskLevel, type CapStatus } from '@vong-gac/domain';
import { incidentIdFloor } from '@vong-gac/contracts';
import { INCIDENT_PAGE_LIMIT, type IncidentFilter } from '@vong-gac/database';
import { Flag, Moment, Text, Uuid, Whole, Word, Words } from '../http/fields';
import { invalid } from '../http/problem';
import { PAGE_ROWS, SEARCH_LENGTH } from '../limits';
import { bodiesOfUnit } from '../registry/units';

export const SITE_PATTERN = /^[a-z0-9-]{1,64}$/;
export const SITE_WANTS = 'must be a site id: small letters, digits and hyphens, at most 64';
export const CAP_STATUSES: readonly CapStatus[] = ['Actual', 'Exercise', 'Test'];
const CATEGORY_WORDS = [...CATEGORY_GROUPS.keys(), ...CATALOGUE.keys(), ...[...CATEGORY_GROUPS.keys()].map((group) => `${group}.unknown`)];

/** What `GET /v1/incidents` takes; filters are joined by *and*. */
export class IncidentQuery {
  @Text({ max: 64, pattern: SITE_PATTERN, wants: SITE_WANTS, description: 'Site id', example: 'dai-lai' })
  site?: string;

  @Text({
    max: 200,
    pattern: /^[a-z]+(\.[a-z-]+)?(,[a-z]+(\.[a-z-]+)?)*$/,
    wants: 'must be a category (violence.fight) or a whole group (violence); several are separated by commas',
    description: 'Category code, or a whole group; several separated by commas',
    example: 'violence.fight',
  })
  category?: string;

  @Words(RISK_LEVELS, { description: `Risk level, of ${RISK_LEVELS.join(', ')}; several separated by commas`, example: 'high,critical' })
  level?: RiskLevel[];

  @Word(CAP_STATUSES, { description: 'CAP status' })
  status?: CapStatus;

  @Moment({ description: 'Occurred at this moment or later' })
  from?: Instant;

  @Moment({ description: 'Occurred before this moment', example: '2026-11-24T00:00:00+07:00' })
  to?: Instant;

  @Text({
    max: 10,
    pattern: /^\d{1,10}$/,
    wants: 'must be the code of an administrative unit, digits only',
    description: 'Administrative unit (commune or province) as it was when the incident occurred, by the police body it belongs to',
    example: '08746',
  })
  unit?: string;

  @Text({ max: SEARCH_LENGTH, description: 'Part of the description or of the category as sent; neither case nor diacritics count', example: 'duoi nuoc' })
  text?: string;

  @Whole(0, 4, { description: 'Verification of at least this level (AVS-01)', example: 2 })
  min_verification?: number;

  @Uuid({ description: 'Those that this alert speaks for: the report that raised it, its corrections, and the further reports of one happening' })
  alert?: string;

  @Flag({ description: 'Also the rows that were corrected since; otherwise the last word of each thread only' })
  all?: boolean;

  @Word(['newest', 'oldest'], { description: 'Order of `occurredAt`; `newest` when not given' })
  order: 'newest' | 'oldest' = 'newest';

  @Whole(1, INCIDENT_PAGE_LIMIT, { description: `Rows of a page; ${PAGE_ROWS} when not given`, example: 100 })
  limit: number = PAGE_ROWS;

  @Uuid({ description: 'Cursor: `next` of the page before' })
  after?: string;
}

/** The question for the store. @throws Problem 400 where a category or a unit is not known. */
export function filterOf(query: IncidentQuery, registry: Registry | null): IncidentFilter {
  return {
    siteId: query.site,
    categories: query.category === undefined ? undefined : categoriesOf(query.category),
    levels: query.level,
    status: query.status,
    policeBodyIds: query.unit === undefined || registry === null ? undefined : bodiesOfUnit(registry, query.unit),
    text: query.text,
    minVerification: query.min_verification,
    fromId: query.from === undefined ? undefined : incidentIdFloor(query.from),
    toId: query.to === undefined ? undefined : incidentIdFloor(query.to),
    alertId: query.alert,
    all: query.all,
  };
}

function categoriesOf(list: string): string[] {
  return list.split(',').flatMap((word) => {
    if (!CATEGORY_WORDS.includes(word)) {
      throw invalid([{ field: 'category', problem: `${word} is not in the catalogue; groups are ${[...CATEGORY_GROUPS.keys()].join(', ')}` }]);
    }
    return word.includes('.') ? [word] : [...CATALOGUE.keys()].filter((code) => code.startsWith(`${word}.`)).concat(`${word}.unknown`);
  });
}
