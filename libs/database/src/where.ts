/** Conditions of one statement: texts are constants of this code, values always travel as parameters. */
export class Where {
  readonly values: unknown[] = [];
  private readonly conditions: string[] = [];

  /** Adds a condition; each `?` of it takes the next value. */
  add(condition: string, ...values: unknown[]): void {
    const places = condition.split('?').length - 1;
    if (places !== values.length) throw new Error(`${values.length} values for ${places} places in: ${condition}`);
    let next = 0;
    this.conditions.push(condition.replace(/\?/g, () => this.bind(values[next++])));
  }

  /** Adds a value alone and returns its place, `$3`. */
  bind(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** `WHERE a AND b`, or nothing where there is no condition. */
  text(): string {
    return this.conditions.length === 0 ? '' : `WHERE ${this.conditions.map((c) => `(${c})`).join(' AND ')}`;
  }
}
