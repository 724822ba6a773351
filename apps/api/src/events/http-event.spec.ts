import { recordOf } from './http-event';

describe('recordOf', () => {
  const headersOf = (...rawHeaders: string[]) => recordOf({ rawHeaders }, Buffer.from('{}'), 7).headers.map(([name, value]) => [name, value.toString('utf8')]);

  it('keeps the body and the moment', () => {
    const body = Buffer.from('{"a":1}');
    expect(recordOf({ rawHeaders: [] }, body, 7)).toEqual({ timestamp: 7, value: body, headers: [] });
  });

  it('takes the content type and ce- headers, whatever their case, and nothing else', () => {
    expect(headersOf('Content-Type', 'application/json', 'CE-Id', 'a', 'ce-source', '/s', 'Cookie', 'x=1')).toEqual([
      ['content-type', 'application/json'], ['ce_id', 'a'], ['ce_source', '/s'],
    ]);
  });

  it('decodes percent signs once, and quotes', () => {
    expect(headersOf('ce-id', 'ho%20%C4%90%E1%BA%A1i%20L%E1%BA%A3i')).toEqual([['ce_id', 'ho Đại Lải']]);
    expect(headersOf('ce-id', '100%25 %2525 %zz')).toEqual([['ce_id', '100% %25 %zz']]);
    expect(headersOf('ce-id', '"a \\"b\\" c"')).toEqual([['ce_id', 'a "b" c']]);
  });

  it('keeps raw UTF-8 bytes, and a header that stands twice', () => {
    const raw = Buffer.from('Đại Lải').toString('latin1');
    expect(headersOf('ce-id', raw, 'ce-id', 'b')).toEqual([['ce_id', 'Đại Lải'], ['ce_id', 'b']]);
  });
});
