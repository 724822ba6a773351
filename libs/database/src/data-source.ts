import { Client, escapeLiteral, Pool, PoolClient, types } from 'pg';
import { CopyIn } from './copy-in';
import { CopyOut } from './copy-out';
import type { RowSource } from './copy-rows';
import type { RowReader } from './row-reader';

/** A statement whose text never changes; it is parsed once per connection and known by its name. */
export interface Prepared {
  name: string;
  text: string;
}

/** What both a `Database` and a running transaction can do. int8 comes back as number, timestamptz as Date. */
export interface Queryable {
  /** The rows of a query. `R` is what the text selects: the caller vouches for it. */
  query<R extends object>(statement: string | Prepared, params?: readonly unknown[]): Promise<R[]>;
  /** The number of rows that a statement changed. */
  execute(statement: string | Prepared, params?: readonly unknown[]): Promise<number>;
}

/** A transaction can also take rows as `COPY … FROM STDIN BINARY`, the cheapest way into a table; returns how many it took. */
export interface Transaction extends Queryable {
  copy(text: string, rows: RowSource): Promise<number>;
}

export interface DatabaseOptions {
  url: string;
  /** Connections at most. */
  poolSize: number;
  /** Seen in pg_stat_activity. */
  applicationName: string;
  /** One statement at most, on the server. Keep it below a third of the consumer's session time-out. */
  statementTimeoutMs?: number;
  /** One transaction at most. Keep it below the consumer's session time-out: a frozen writer must let go before another takes over. */
  transactionTimeoutMs?: number;
  /** A transaction between two statements at most. */
  idleInTransactionTimeoutMs?: number;
  /** A new connection at most. */
  connectTimeoutMs?: number;
  /** Further settings of each session (`enable_seqscan: 'off'`). */
  settings?: Readonly<Record<string, string>>;
}

const DEFAULTS = {
  statementTimeoutMs: 10_000,
  transactionTimeoutMs: 20_000,
  idleInTransactionTimeoutMs: 10_000,
  connectTimeoutMs: 5_000,
};
/** A client waits this much longer than the server may take; then the connection counts as lost (a cut cable says nothing). */
const ANSWER_GRACE_MS = 5_000;
const INT8_OID = 20;

/** Opens nothing yet: the first query connects. */
export function openDatabase(options: DatabaseOptions): Database {
  return new Database(options);
}

/** A pool of Postgres connections. */
export class Database implements Queryable {
  private readonly pool: Pool;

  constructor(private readonly options: DatabaseOptions) {
    this.pool = new Pool(poolConfig(options));
    // Without a listener, a connection that Postgres closes (57P01) would end the process. The statement under way reports it.
    this.pool.on('error', () => undefined);
    this.pool.on('connect', (client) => client.on('error', () => undefined));
  }

  async query<R extends object>(statement: string | Prepared, params: readonly unknown[] = []): Promise<R[]> {
    return this.withClient((client) => new Session(client).query<R>(statement, params));
  }

  async execute(statement: string | Prepared, params: readonly unknown[] = []): Promise<number> {
    return this.withClient((client) => new Session(client).execute(statement, params));
  }

  /**
   * Reads the rows of a `COPY (SELECT …) TO STDOUT BINARY`, for many of them; returns how many they were. It takes no parameters: values stand in the text
   * as `literal`. @param read takes one row's values, in the order of the columns; what it throws is thrown at the end of the statement
   */
  async copyOut(text: string, read: (row: RowReader) => void): Promise<number> {
    return this.withClient((client) => new Promise((resolve, reject) => {
      client.query(new CopyOut(text, read, (error, count = 0) => (error === null ? resolve(count) : reject(error))));
    }));
  }

  /**
   * Runs `work` in one READ COMMITTED transaction: committed when it resolves, rolled back when it rejects.
   * When the answer to COMMIT is lost, this rejects although the work may be stored: only an idempotent caller may try again.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    const session = new Session(client);
    let usable = false;
    const rollBack = async () => {
      await session.execute('ROLLBACK');
      usable = true;
    };
    try {
      await session.execute('BEGIN');
      const result = await work(session).catch(async (error: unknown) => {
        await rollBack().catch(() => undefined); // the first error says more; the connection is dropped below
        throw error;
      });
      await session.execute('COMMIT');
      usable = true;
      return result;
    } finally {
      client.release(!usable);
    }
  }

  /** Listens on a channel of its own connection until the returned function is called; `onLost` tells when that connection is gone. */
  async listen(channel: string, onNotify: (payload: string) => void, onLost: (error: Error) => void): Promise<() => Promise<void>> {
    const client = new Client(poolConfig(this.options));
    let closing = false;
    const lost = (error: Error) => {
      if (!closing) onLost(error);
      closing = true;
    };
    client.on('error', lost);
    client.on('end', () => lost(new Error('Connection terminated')));
    client.on('notification', (message) => onNotify(message.payload ?? ''));
    await client.connect();
    await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
    return async () => {
      closing = true;
      await client.end();
    };
  }

  /** Waits for what runs, then closes every connection. */
  async close(): Promise<void> {
    await this.pool.end();
  }

  private async withClient<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let usable = false;
    try {
      const result = await work(client);
      usable = true;
      return result;
    } finally {
      // After a failure the connection is not used again: its state is in doubt, and a new one costs milliseconds.
      client.release(!usable);
    }
  }
}

/** One connection while it is held. */
class Session implements Transaction {
  constructor(private readonly client: PoolClient) {}

  async query<R extends object>(statement: string | Prepared, params: readonly unknown[] = []): Promise<R[]> {
    const result = await this.client.query<R>({ ...asConfig(statement), values: [...params] });
    return result.rows;
  }

  async execute(statement: string | Prepared, params: readonly unknown[] = []): Promise<number> {
    const result = await this.client.query({ ...asConfig(statement), values: [...params] });
    return result.rowCount ?? 0;
  }

  async copy(text: string, rows: RowSource): Promise<number> {
    return new Promise<number>((resolve, reject) => {
      this.client.query(new CopyIn(text, rows, (error, copied = 0) => (error === null ? resolve(copied) : reject(error))));
    });
  }
}

/** A text as it may stand in a statement that takes no parameters. */
export const literal = (value: string): string => escapeLiteral(value);

function asConfig(statement: string | Prepared): { text: string; name?: string } {
  return typeof statement === 'string' ? { text: statement } : statement;
}

function poolConfig(options: DatabaseOptions) {
  const limits = { ...DEFAULTS, ...options };
  const settings = {
    statement_timeout: String(limits.statementTimeoutMs),
    transaction_timeout: String(limits.transactionTimeoutMs),
    idle_in_transaction_session_timeout: String(limits.idleInTransactionTimeoutMs),
    ...options.settings,
  };
  return {
    connectionString: options.url,
    max: options.poolSize,
    application_name: options.applicationName,
    connectionTimeoutMillis: limits.connectTimeoutMs,
    query_timeout: limits.statementTimeoutMs + ANSWER_GRACE_MS,
    keepAlive: true,
    options: Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`).join(' '),
    types: { getTypeParser },
  };
}

function getTypeParser(oid: number, format?: 'text' | 'binary') {
  return oid === INT8_OID && format !== 'binary' ? Number : types.getTypeParser(oid, format);
}
