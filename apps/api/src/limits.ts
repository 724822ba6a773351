/** Every limit of the api, in one place. What an event itself may hold is limited in @vong-gac/contracts. */

/** One CloudEvent, bytes; a Kafka value above it would be `too-large`. */
export const EVENT_BYTES = 1_048_576;
/** A batch: bytes of the body, and events in it. */
export const BATCH_BYTES = 8 * 1_048_576;
export const BATCH_EVENTS = 1_000;
/** Any other JSON body, and an officer's form. */
export const JSON_BYTES = 65_536;
export const FORM_BYTES = 16_384;

/** Kafka has this long to acknowledge; then the answer is 503. The events may still arrive: sending them again stores nothing twice. */
export const PUBLISH_WAIT_MS = 5_000;
/** Bytes that may wait for Kafka's acknowledgement at once; more is answered 503 at once. */
export const PUBLISHING_BYTES = 32 * 1_048_576;
/** What Retry-After says on a 503, seconds. */
export const RETRY_AFTER_SECONDS = 5;

/** Connections of the api to Postgres; they are its own, so that a long question delays no alert. */
export const DATABASE_CONNECTIONS = 8;
/** One statement, and the wait for a free connection. */
export const STATEMENT_MS = 5_000;
export const CONNECTION_WAIT_MS = 3_000;
/** A transaction between two statements: longer than PUBLISH_WAIT_MS, because a release waits for Kafka inside one. */
export const IDLE_IN_TRANSACTION_MS = 8_000;
/** A whole transaction. */
export const TRANSACTION_MS = 12_000;

/** Releases from quarantine at once: each keeps a connection while Kafka is waited for, and the other connections are for everyone else. */
export const RELEASES_AT_ONCE = 4;

/** How long to wait before the topics are looked at again, while Kafka does not answer. */
export const TOPICS_AGAIN_MS = 1_000;

/** How long a loaded registry is taken without asking whether it changed. */
export const REGISTRY_AGE_MS = 1_000;
/** How long a look at Postgres and Kafka is taken for readiness, and how long it may take. */
export const READINESS_AGE_MS = 1_000;
export const READINESS_WAIT_MS = 2_000;

/** A whole request must have come within this; an idle connection is closed after that. */
export const REQUEST_MS = 30_000;
export const KEEP_ALIVE_MS = 65_000;
export const CONNECTIONS = 1_000;
/** One part of a path, characters. */
export const PATH_PART_LENGTH = 200;

/** Rows of a page when `limit` is not given. */
export const PAGE_ROWS = 50;
/** Reports of an alert on an officer's page at a time, and characters of each one's text: the page is read on a poor network. */
export const REPORTS_SHOWN = 10;
export const REPORT_TEXT_LENGTH = 300;
/** A name given as `by`, and a note. */
export const NAME_LENGTH = 120;
export const NOTE_LENGTH = 1_000;
/** The text of a search. */
export const SEARCH_LENGTH = 200;
/** Steps of a visitor-volume question between `from` and `to`. */
export const VOLUME_STEPS = 2_000;
