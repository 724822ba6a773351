import { Identifier, Text, Time, Whole, Word, YesNo } from '../fields/fields';

/** The CloudEvents 1.0 attributes that a publisher sends around `data` (structured mode: fields of the JSON object; binary mode: `ce_` headers). */
export class EventEnvelope {
  @Word(['1.0'], { description: 'CloudEvents version.' })
  specversion!: '1.0';

  @Identifier({ description: 'Names the event: unique per source and type, for ever.' })
  id!: string;

  @Identifier({ description: 'URI reference that names the publisher, as registered.' })
  source!: string;

  @Text(200, { description: 'What kind of event it is.' })
  type!: string;

  @Time({ optional: true, description: 'When the event was made. Taken for `occurredAt` where that is not usable.' })
  time?: string | null;

  @Text(200, { optional: true, description: '`application/json` when missing, and nothing else.' })
  datacontenttype?: string | null;

  @Whole(0, 2_147_483_647, { optional: true, description: 'Extension: rises by one with each event of this source.' })
  sequence?: number | null;

  @Text(200, { optional: true, description: 'Extension: W3C trace context.' })
  traceparent?: string | null;

  @YesNo({ optional: true, description: 'Extension: an old log is being loaded. Stored and assessed, raises no alert; counts only where `occurredAt` is over 24 hours before the receipt.' })
  backfill?: boolean | null;
}
