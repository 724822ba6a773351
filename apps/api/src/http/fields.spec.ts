import { Flag, Moment, Text, Uuid, Whole, Word, Words } from './fields';
import { Problem, type FieldProblem } from './problem';
import { NoParameters, validationPipe } from './validation';

class Sample {
  @Text({ description: 'a site', max: 10, pattern: /^[a-z]+$/, wants: 'must be small letters' }) site?: string;
  @Word(['Actual', 'Test'], { description: 'a status' }) status?: string;
  @Words(['low', 'high'], { description: 'levels' }) level?: string[];
  @Whole(1, 500, { description: 'rows' }) limit: number = 50;
  @Moment({ description: 'from' }) from?: number;
  @Flag({ description: 'all' }) all?: boolean;
  @Uuid({ description: 'cursor', required: true }) after!: string;
}

const ID = '019400d2-8c00-8000-8000-0123456789ab';

async function read(query: Record<string, unknown>): Promise<unknown> {
  return validationPipe().transform(query, { type: 'query', metatype: Sample });
}

async function problems(query: Record<string, unknown>, metatype: new () => object = Sample): Promise<FieldProblem[]> {
  try {
    await validationPipe().transform(query, { type: 'query', metatype });
  } catch (error) {
    if (error instanceof Problem) return error.extensions['errors'] as FieldProblem[];
    throw error;
  }
  return [];
}

describe('fields of a query', () => {
  it('reads texts into what they mean', async () => {
    const query = Object.assign(Object.create(null) as object, {
      site: ' dai ', level: 'high,low', limit: '7', from: '2026-11-23T08:00:00+07:00', all: 'true', after: ID.toUpperCase(),
    });
    expect(await read(query as Record<string, unknown>).catch((e: unknown) => e)).toMatchObject({
      site: 'dai', level: ['high', 'low'], limit: 7, from: Date.UTC(2026, 10, 23, 1), all: true, after: ID,
    });
  });

  it('keeps defaults and leaves out what is not given', async () => {
    expect(await read({ after: ID })).toEqual(expect.objectContaining({ limit: 50, after: ID }));
  });

  it('understands a plus sign that arrived as a space', async () => {
    expect(await read({ after: ID, from: '2026-11-23T08:00:00 07:00' })).toMatchObject({ from: Date.UTC(2026, 10, 23, 1) });
  });

  it('names everything that is wrong at once, with the remedy', async () => {
    const found = await problems({ site: 'Đại Lải', status: 'actual', level: 'high,hihg', limit: '0', from: '2026-02-31T00:00:00Z', all: 'yes', frm: '1' });
    expect(Object.fromEntries(found.map((f) => [f.field, f.problem]))).toEqual({
      site: 'must be small letters',
      status: 'must be one of Actual, Test',
      level: 'must be of low, high; several are separated by commas',
      limit: 'must be a whole number from 1 to 500',
      from: 'must be a date and time with offset that exists, such as 2026-11-23T08:00:00+07:00',
      all: 'must be true or false',
      after: 'is missing: it must be a UUID',
      frm: 'is not known here; there is after, all, from, level, limit, site, status',
    });
  });

  it.each([['1.5'], ['1e2'], ['501'], ['-1'], [''], ['9'.repeat(40)]])('refuses %p as a number of rows', async (limit) => {
    expect(await problems({ after: ID, limit })).toEqual([{ field: 'limit', problem: 'must be a whole number from 1 to 500' }]);
  });

  it('refuses a parameter given twice', async () => {
    expect(await problems({ after: ID, site: ['a', 'b'] })).toEqual([{ field: 'site', problem: 'must be given once; it must be small letters' }]);
  });

  it('refuses control characters and half characters in text', async () => {
    class Name {
      @Text({ description: 'name', max: 20 }) by?: string;
    }
    for (const by of ['a\u0000b', 'a\nb', 'a\ud800']) expect(await problems({ by }, Name)).toHaveLength(1);
    expect(await problems({ by: 'Nguyễn Văn Ổn' }, Name)).toEqual([]);
    class Note {
      @Text({ description: 'note', max: 20, lines: true }) note?: string;
    }
    expect(await problems({ note: 'một\n\thai' }, Note)).toEqual([]);
    expect(await problems({ note: 'một\u0000' }, Note)).toHaveLength(1);
  });

  it('refuses any parameter where none is taken', async () => {
    expect(await problems({ page: '2' }, NoParameters)).toEqual([{ field: 'page', problem: 'is not known; nothing is taken here' }]);
  });
});
