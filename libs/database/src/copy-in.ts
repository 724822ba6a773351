import type { Connection, Submittable } from 'pg';
import type { CopyRows } from './copy-rows';

/**
 * One `COPY … FROM STDIN BINARY` on a pg client: the rows are in memory already, so there is nothing to stream. pg's own `Query` refuses COPY; this
 * is its documented way in for others (`submit`), as pg-copy-streams uses it, without a stream's machinery per statement.
 */
export class CopyIn implements Submittable {
  private count = 0;
  /** pg wraps this for its time-out, so it is called as a property. */
  callback: (error: Error | null, count?: number) => void;

  constructor(
    private readonly text: string,
    private readonly rows: CopyRows,
    done: (error: Error | null, count?: number) => void,
  ) {
    this.callback = done;
  }

  submit(connection: Connection): void {
    connection.query(this.text);
  }

  handleCopyInResponse(connection: Connection): void {
    connection.stream.write(this.rows.message());
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.count = Number(/^COPY (\d+)$/.exec(text)?.[1] ?? 0);
  }

  handleReadyForQuery(): void {
    this.callback(null, this.count);
  }

  handleError(error: Error): void {
    this.callback(error);
  }
}
