/** Something that the local stack needs is away (3), or was asked for wrongly (2). The command line prints only the sentence. */
export class StackError extends Error {
  readonly exitCode: number;

  constructor(message: string, options: { cause?: unknown; exitCode?: 2 | 3 } = {}) {
    super(message, options);
    this.name = 'StackError';
    this.exitCode = options.exitCode ?? 3;
  }
}
