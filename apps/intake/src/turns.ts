/** Urgent turns in a row, at most, while other work waits: alerts of a crowd come from counts alone, and 250 counts cost a report a few milliseconds. */
const URGENT_IN_A_ROW = 4;

/**
 * Lets one piece of work go on at a time: the urgent first, each kind in the order of asking. Other work waits for at most `URGENT_IN_A_ROW`
 * urgent turns, so that a backlog of the one does not stop the other. What fails does not stop the others.
 */
export class Turns {
  /** What begins each piece that waits. */
  private readonly urgent: (() => void)[] = [];
  private readonly others: (() => void)[] = [];
  private busy = false;
  private urgentInARow = 0;

  async take<T>(work: () => Promise<T>, urgent: boolean): Promise<T> {
    if (this.busy) await new Promise<void>((begin) => (urgent ? this.urgent : this.others).push(begin));
    this.busy = true;
    this.urgentInARow = urgent ? this.urgentInARow + 1 : 0;
    try {
      return await work();
    } finally {
      this.next();
    }
  }

  /** Hands the turn on without letting go of it in between: who asks just now comes after those that wait. */
  private next(): void {
    const others = this.urgentInARow >= URGENT_IN_A_ROW ? this.others.shift() : undefined;
    const begin = others ?? this.urgent.shift() ?? this.others.shift();
    if (begin === undefined) this.busy = false;
    else begin();
  }
}
