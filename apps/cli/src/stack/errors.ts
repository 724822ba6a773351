/** Something that the local stack needs is away. The command line ends with `exitCode` and prints only the sentence. */
export class StackError extends Error {
  readonly exitCode: number = 3;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'StackError';
  }
}
