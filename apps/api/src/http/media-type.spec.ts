import { prefers } from './media-type';

describe('prefers', () => {
  const asked = (accept?: string) => prefers(accept, 'application/json', 'text/csv');

  it.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['text/csv', 'text/csv'],
    ['text/csv; charset=utf-8, */*;q=0.1', 'text/csv'],
    ['application/json, text/csv', 'application/json'],
    ['application/json;q=0.5, text/csv', 'text/csv'],
    ['text/*', 'text/csv'],
    ['text/html, application/xhtml+xml, */*;q=0.8', 'application/json'],
    ['text/csv;q=0', 'application/json'],
  ])('of %p: %s', (accept, type) => {
    expect(asked(accept)).toBe(type);
  });
});
