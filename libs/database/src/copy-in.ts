import type { Connection, Submittable } from 'pg';
import { CopyRows, type RowSource } from './copy-rows';

const COPY_FAIL = 0x66;

/**
 * One `COPY … FROM STDIN BINARY` on a pg client. pg's own `Query` refuses COPY; this is its documented way in for others (`submit`), as
 * pg-copy-streams uses it, without a stream's machinery per statement. The rows follow the statement at once, without waiting until Postgres asks for
 * them: where it refuses the statement it throws away what it is sent for it (its protocol, "COPY Operations").
 */
export class CopyIn implements Submittable {
  private count = 0;
  /** Why the rows could not be written: a bug, told instead of what Postgres then says. */
  private failure: Error | null = null;
  /** pg wraps this for its time-out, so it is called as a property. */
  callback: (error: Error | null, count?: number) => void;

  constructor(
    private readonly text: string,
    private readonly rows: RowSource,
    done: (error: Error | null, count?: number) => void,
  ) {
    this.callback = done;
  }

  submit(connection: Connection): void {
    const { stream } = connection;
    stream.cork(); // the statement leaves with the first rows
    connection.query(this.text);
    const out = new CopyRows((message, sent) => {
      stream.write(message, (error) => (error ? undefined : sent()));
      stream.uncork();
    });
    try {
      this.rows(out);
      out.finish();
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
      stream.write(copyFail());
    } finally {
      stream.uncork();
    }
  }

  /** Postgres asks for the rows; they are on their way. */
  handleCopyInResponse(): void {}

  handleCommandComplete({ text }: { text: string }): void {
    this.count = Number(/^COPY (\d+)$/.exec(text)?.[1] ?? 0);
  }

  handleReadyForQuery(): void {
    this.callback(null, this.count);
  }

  handleError(error: Error): void {
    this.callback(this.failure ?? error);
  }
}

/** Ends the COPY without a row kept: Postgres answers with an error. */
function copyFail(): Buffer {
  const why = Buffer.from('a row could not be written\0');
  const message = Buffer.alloc(5 + why.length);
  message[0] = COPY_FAIL;
  message.writeInt32BE(4 + why.length, 1);
  why.copy(message, 5);
  return message;
}
