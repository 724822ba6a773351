import type { Prepared } from './data-source';
import { boolArray, byteaArray, dateArray, float8Array, int2Array, int4Array, int8Array, textArray, timestamptzArray, uuidArray } from './binary-array';

/** One column of a set-based statement: what it is called, its type, and how it is taken from a row and written. */
export interface ArrayColumn<Row> {
  name: string;
  type: string;
  encode(rows: readonly Row[]): Buffer;
}

type Of<Row, T> = (row: Row) => T | null;

/** The kinds of columns, bound to a row type once: `const c = columnsOf<IncidentWrite>()`. */
export const columnsOf = <Row>() => {
  const column = <T>(type: string, write: (values: readonly (T | null)[]) => Buffer) => (name: string, of: Of<Row, T>): ArrayColumn<Row> => ({
    name,
    type,
    encode: (rows) => write(rows.map(of)),
  });
  return {
    text: column('text', textArray),
    uuid: column('uuid', uuidArray),
    bytes: column('bytea', byteaArray),
    small: column('int2', int2Array),
    integer: column('int4', int4Array),
    bigint: column('int8', int8Array),
    float: column('float8', float8Array),
    flag: column('bool', boolArray),
    instant: column('timestamptz', timestamptzArray),
    day: column('date', dateArray),
  };
};

/** `unnest($1::text[], $2::int4[])`, the columns in order, parameters from `first` on. */
export function unnest(columns: readonly ArrayColumn<never>[], first = 1): string {
  return `unnest(${columns.map(({ type }, i) => `$${first + i}::${type}[]`).join(', ')})`;
}

/** One INSERT for any number of rows: constant text, one array per column. `conflict` is appended (`ON CONFLICT …`). */
export function insertOf<Row>(table: string, columns: readonly ArrayColumn<Row>[], conflict = ''): Prepared {
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  return { name: `insert ${table}`, text: `INSERT INTO ${table} (${names}) SELECT * FROM ${unnest(columns)} ${conflict}`.trimEnd() };
}

export function encode<Row>(columns: readonly ArrayColumn<Row>[], rows: readonly Row[]): Buffer[] {
  return columns.map((column) => column.encode(rows));
}

/** Rows in the order of a key: two writers lock them in the same order. Any total order serves, as long as it is always the same. */
export function inKeyOrder<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Row[] {
  const keyed = rows.map((row) => ({ key: keyOf(row), row }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ row }) => row);
}
