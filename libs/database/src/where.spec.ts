import { Where } from './where';

describe('Where', () => {
  it('numbers the places and keeps the values in order', () => {
    const where = new Where();
    where.add('a = ?', 1);
    where.add('b BETWEEN ? AND ?', 2, 3);
    expect(where.text()).toBe('WHERE (a = $1) AND (b BETWEEN $2 AND $3)');
    expect(where.bind(9)).toBe('$4');
    expect(where.values).toEqual([1, 2, 3, 9]);
  });

  it('is empty without a condition', () => {
    expect(new Where().text()).toBe('');
  });

  it('refuses a wrong number of values', () => {
    expect(() => new Where().add('a = 1', 'x')).toThrow('1 values for 0 places');
    const where = new Where();
    expect(() => where.add('a = ? OR b = ?', 'x')).toThrow('places');
  });
});
