import { ALERT_PAGE_LIMIT, type AlertCursor, type AlertFilter } from '@vong-gac/database';
import { DISPOSITIONS, RISK_LEVELS, type AlertStatus, type CapStatus, type Disposition, type Instant, type Registry, type RiskLevel } from '@vong-gac/domain';
import { Moment, Text, Uuid, UUID, Whole, Word, Words } from '../http/fields';
import { invalid } from '../http/problem';
import { CAP_STATUSES, SITE_PATTERN, SITE_WANTS } from '../incidents/incident.query';
import { NAME_LENGTH, NOTE_LENGTH, PAGE_ROWS } from '../limits';
import { bodiesOfUnit } from '../registry/units';
import { ALERT_STATUSES } from './alert.view';

/** What `GET /v1/alerts` takes; filters are joined by *and*. */
export class AlertQuery {
  @Text({ max: 64, pattern: SITE_PATTERN, wants: SITE_WANTS, description: 'Site id', example: 'dai-lai' })
  site?: string;

  @Words<AlertStatus>(ALERT_STATUSES, { description: `State, of ${ALERT_STATUSES.join(', ')}; several separated by commas`, example: 'pending,delivered' })
  alert_status?: AlertStatus[];

  @Words(RISK_LEVELS, { description: 'Level of the last event; several separated by commas', example: 'critical' })
  level?: RiskLevel[];

  @Word(CAP_STATUSES, { description: 'CAP status' })
  status?: CapStatus;

  @Text({ max: 64, description: 'Police body in whose jurisdiction it occurred', example: 'ca-xuan-hoa' })
  body?: string;

  @Text({ max: 10, pattern: /^\d{1,10}$/, wants: 'must be the code of an administrative unit, digits only', description: 'Administrative unit, by its police bodies', example: '08746' })
  unit?: string;

  @Moment({ description: 'Last raised at this moment or later' })
  from?: Instant;

  @Moment({ description: 'Last raised before this moment', example: '2026-11-24T00:00:00+07:00' })
  to?: Instant;

  @Whole(1, ALERT_PAGE_LIMIT, { description: `Rows of a page; ${PAGE_ROWS} when not given`, example: 100 })
  limit: number = PAGE_ROWS;

  @Text({ max: 60, description: 'Cursor: `next` of the page before', example: '1764000000000.7d8a4a8e-5f0d-5a2b-9a41-0b6d2f1c3e77' })
  after?: string;
}

export class AlertPath {
  @Uuid({ required: true, description: 'Alert id', example: '7d8a4a8e-5f0d-5a2b-9a41-0b6d2f1c3e77' })
  id!: string;
}

/** An officer takes an alert. Who that is is believed until the service knows its callers. */
export class AcknowledgeBody {
  @Text({ required: true, max: NAME_LENGTH, description: 'Who', example: 'Trung uý Nguyễn Văn An' })
  by!: string;

  @Whole(1, 2_147_483_647, { required: true, description: 'The revision that was seen: any since the last raise is taken', example: 1 })
  revision!: number;

  @Text({ max: NOTE_LENGTH, lines: true, description: 'What the next officer should know', example: 'Tổ tuần tra đang đến' })
  note?: string;
}

export class CloseBody extends AcknowledgeBody {
  @Word<Disposition>(DISPOSITIONS, { required: true, description: 'How it turned out', example: 'settled' })
  disposition!: Disposition;
}

/** The question for the store. */
export function alertFilterOf(query: AlertQuery, registry: Registry | null): AlertFilter {
  const ofUnit = query.unit === undefined || registry === null ? undefined : bodiesOfUnit(registry, query.unit);
  const bodies = query.body === undefined ? ofUnit : (ofUnit?.filter((id) => id === query.body) ?? [query.body]);
  return {
    siteId: query.site,
    alertStatuses: query.alert_status,
    levels: query.level,
    status: query.status,
    policeBodyIds: bodies,
    fromAt: query.from,
    toAt: query.to,
  };
}

/** `1764000000000.7d8a…`: opaque to callers. @throws Problem 400 where it is no cursor of ours. */
export function cursorOf(after: string): AlertCursor {
  const [raisedAt = '', id = ''] = after.split('.');
  if (!/^\d{1,15}$/.test(raisedAt) || !UUID.test(id)) throw invalid([{ field: 'after', problem: 'must be `next` of the page before' }]);
  return { raisedAt: Number(raisedAt), id };
}

export function cursorText({ raisedAt, id }: AlertCursor): string {
  return `${raisedAt}.${id}`;
}
