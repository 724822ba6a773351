import { CROWD_SOURCE_END } from '@vong-gac/domain';
import type { CsvRow, SeedProblem } from './csv';

const ID = /^[a-z0-9-]{1,64}$/;

/** Reads the cells of one row; each cell that is wrong becomes a problem, and a stand-in value lets the rest of the row be looked at too. */
export class Cells {
  constructor(
    private readonly row: CsvRow,
    private readonly problems: SeedProblem[],
  ) {}

  private refuse(column: string, problem: string, remedy: string): void {
    this.problems.push({ file: this.row.file, line: this.row.line, column, problem, remedy });
  }

  private raw(column: string): string {
    return this.row.cells[column] ?? '';
  }

  /** A text of 1 to `max` characters. */
  text(column: string, max = 200): string {
    const value = this.raw(column);
    if (value === '') this.refuse(column, 'the cell is empty', 'fill it in');
    else if (value.length > max) this.refuse(column, `longer than ${max} characters`, 'shorten it');
    return value;
  }

  optionalText(column: string, max = 200): string | null {
    return this.raw(column) === '' ? null : this.text(column, max);
  }

  /** `[a-z0-9-]{1,64}`: ids go into addresses and keys. */
  id(column: string): string {
    const value = this.raw(column);
    if (!ID.test(value)) this.refuse(column, `'${value.slice(0, 80)}' is not an id`, 'use 1 to 64 of the characters a-z, 0-9 and -');
    return value;
  }

  optionalId(column: string): string | null {
    return this.raw(column) === '' ? null : this.id(column);
  }

  /** Ids between semicolons; none gives []. */
  ids(column: string): string[] {
    const parts = this.raw(column).split(';').map((part) => part.trim()).filter((part) => part !== '');
    for (const part of parts) if (!ID.test(part)) this.refuse(column, `'${part.slice(0, 80)}' is not an id`, 'put ; between ids of the characters a-z, 0-9 and -');
    return [...new Set(parts)].sort();
  }

  word<W extends string>(column: string, words: readonly [W, ...W[]]): W {
    const found = words.find((word) => word === this.raw(column));
    if (found === undefined) this.refuse(column, `'${this.raw(column).slice(0, 80)}' is not known`, `use one of: ${words.join(', ')}`);
    return found ?? words[0];
  }

  flag(column: string, otherwise: boolean | null): boolean {
    const value = this.raw(column).toLowerCase();
    if (value === '' && otherwise !== null) return otherwise;
    if (value !== 'true' && value !== 'false') this.refuse(column, `'${value.slice(0, 80)}' is neither true nor false`, 'write true or false');
    return value === 'true';
  }

  number(column: string, min: number, max: number, kind: 'whole' | 'any'): number {
    const value = this.raw(column);
    const read = /^[+-]?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
    const good = read >= min && read <= max && (kind === 'any' || Number.isInteger(read));
    if (!good) this.refuse(column, `'${value.slice(0, 80)}' is not a ${kind === 'whole' ? 'whole ' : ''}number from ${min} to ${max}`, kind === 'any' ? 'write it with a decimal point and no unit' : 'write digits only, without separators');
    return good ? read : min;
  }

  optionalNumber(column: string, min: number, max: number, kind: 'whole' | 'any'): number | null {
    return this.raw(column) === '' ? null : this.number(column, min, max, kind);
  }

  /** A unit's code as the statistics office writes it: leading zeros count. */
  unitCode(column: string): string {
    const value = this.raw(column);
    if (!/^(\d{2}|\d{3}|\d{5})$/.test(value)) this.refuse(column, `'${value.slice(0, 80)}' is not a unit code`, 'write the code of the statistics office with its leading zeros: 5 digits for a commune (08746), 2 for a province (25)');
    return value;
  }

  /** A calendar day in Việt Nam that exists; the cell may not be empty. */
  date(column: string): string {
    if (this.raw(column) === '') this.refuse(column, 'the cell is empty', 'write YYYY-MM-DD');
    return this.optionalDate(column) ?? '1970-01-01';
  }

  /** A calendar day in Việt Nam that exists. */
  optionalDate(column: string): string | null {
    const value = this.raw(column);
    if (value === '') return null;
    const at = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
    const good = !Number.isNaN(at) && new Date(at).toISOString().startsWith(value);
    if (!good) this.refuse(column, `'${value.slice(0, 80)}' is not a day`, 'write YYYY-MM-DD, a day that exists');
    return good ? value : null;
  }

  /** A URI reference that names a publisher, as its events' `source` has it. */
  source(column: string): string {
    const value = this.raw(column);
    if (!/^[^\s"<>\\^`{|}]{1,500}$/.test(value)) this.refuse(column, `'${value.slice(0, 80)}' is not a source`, "write the events' source exactly, such as /sites/dai-lai/security");
    else if (value.endsWith(CROWD_SOURCE_END)) this.refuse(column, `'${value.slice(0, 80)}' ends in ${CROWD_SOURCE_END}, which names alerts about crowds`, 'choose another ending');
    return value;
  }

  /** Site ids, or `*` alone. */
  sites(column: string): string[] {
    if (this.raw(column) === '*') return ['*'];
    const ids = this.ids(column);
    if (this.raw(column) === '') this.refuse(column, 'no site', 'name the sites with ; between them, or * for all');
    return ids;
  }

  webhookUrl(column: string): string {
    const value = this.raw(column);
    const url = URL.canParse(value) ? new URL(value) : null;
    if (!url || !['http:', 'https:'].includes(url.protocol) || value.length > 2000) this.refuse(column, `'${value.slice(0, 80)}' is not an http(s) address`, 'write the whole address, such as https://example.vn/alerts');
    else if (url.username !== '' || url.password !== '') this.refuse(column, 'the address holds a user or a password', 'leave them out: the secret signs the message');
    return value;
  }

  /** A Standard Webhooks secret; the value is never repeated in a message. */
  secret(column: string): string {
    const value = this.raw(column);
    const encoded = value.startsWith('whsec_') ? value.slice('whsec_'.length) : '';
    const bytes = /^[A-Za-z0-9+/]+={0,2}$/.test(encoded) ? Buffer.from(encoded, 'base64').length : 0;
    if (bytes < 24 || bytes > 64) this.refuse(column, 'not a Standard Webhooks secret', 'write whsec_ and the base64 of 24 to 64 random bytes: echo "whsec_$(openssl rand -base64 32)"');
    return value;
  }
}
