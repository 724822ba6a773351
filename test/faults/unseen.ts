/** A list that grows, read part by part: what is added while nobody reads is in the next part. */
export class Unseen<T> {
  private read = 0;

  constructor(private readonly all: readonly T[]) {}

  take(): T[] {
    const part = this.all.slice(this.read);
    this.read += part.length;
    return part;
  }
}
