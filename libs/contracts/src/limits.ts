/** Every limit of what is read, in one place. Lengths are Unicode code points unless a name says bytes. */

/** A record value (or an HTTP event) above this is `too-large`; so are `ce_` headers that are larger together. Checked before anything is parsed. */
export const MAX_VALUE_BYTES = 1_048_576;

/** CloudEvents `id` and `source`, and `corrects`. At 4 bytes a character, two of them with a site id still fit a Postgres B-tree entry (2,704 bytes). */
export const MAX_ID_LENGTH = 256;

/** A longer category is cut, a defect, and graded as unknown. */
export const MAX_CATEGORY_LENGTH = 200;

/** The description column; the whole text stays in the original. */
export const MAX_DESCRIPTION_LENGTH = 4_000;

/** An incident's or a volume's time: not before 2000-01-01T00:00:00Z … */
export const EARLIEST_TIME = Date.UTC(2000, 0, 1);
/** … and not this long after `receivedAt`: clocks of publishers run ahead by minutes, not by hours. */
export const MAX_CLOCK_AHEAD_MS = 10 * 60_000;
/** A forecast speaks of the future: a volume of kind `forecast` may lie this far ahead instead. */
export const MAX_FORECAST_AHEAD_MS = 366 * 86_400_000;

/** `backfill` counts only for what occurred longer ago than this before `receivedAt`. */
export const BACKFILL_AGE_MS = 24 * 3_600_000;

/** A rejection's detail, in UTF-16 units. */
export const MAX_DETAIL_LENGTH = 1_000;

/** The body of a delivery, in bytes of UTF-8: webhook receivers commonly take no more. The description is cut first (alerts/delivery.ts). */
export const MAX_ALERT_BODY_BYTES = 20_480;
/** The description in an alert; the whole one is in the incident. */
export const MAX_ALERT_DESCRIPTION_LENGTH = 1_500;
