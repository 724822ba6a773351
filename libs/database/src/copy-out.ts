import type { Connection, Submittable } from 'pg';
import { RowReader } from './row-reader';

/**
 * One `COPY (SELECT …) TO STDOUT BINARY` on a pg client: several times as fast as a query, whose every value pg turns into a text first. Each row is
 * read while its bytes are at hand: pg uses that memory again, and as long as rows are read no more is taken from the socket. Values cannot travel as parameters: the text must have them quoted.
 */
export class CopyOut implements Submittable {
  private count = 0;
  private readonly reader = new RowReader();
  private failed: Error | null = null;
  /** pg wraps this for its time-out, so it is called as a property. */
  callback: (error: Error | null, count?: number) => void;

  constructor(
    private readonly text: string,
    private readonly read: (row: RowReader) => void,
    done: (error: Error | null, count?: number) => void,
  ) {
    this.callback = done;
  }

  submit(connection: Connection): void {
    connection.query(this.text);
  }

  /** One message for each row; the first begins with the header, the last is the end. */
  handleCopyData({ chunk }: { chunk: Buffer }): void {
    if (this.failed !== null) return;
    try {
      if (!this.reader.begin(chunk)) return;
      this.count++;
      this.read(this.reader);
    } catch (error) {
      // Thrown here it would end the process; the rest of the COPY still comes and is let pass.
      this.failed = error instanceof Error ? error : new Error(String(error));
    }
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.callback(this.failed, this.count);
  }

  handleError(error: Error): void {
    this.callback(error);
  }
}
