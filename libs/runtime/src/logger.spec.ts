import { Writable } from 'node:stream';
import { createLogger, explain } from './logger';

describe('explain', () => {
  it('tells an error with its causes and codes', () => {
    const reset = Object.assign(new Error('connection reset'), { code: 'ECONNRESET' });
    expect(explain(new Error('cannot commit', { cause: reset }))).toBe('cannot commit: connection reset (ECONNRESET)');
  });
  it('says once what an error and its cause both say', () => {
    const refused = Object.assign(new Error('connect refused'), { code: 'ECONNREFUSED' });
    expect(explain(new Error('connect refused', { cause: refused }))).toBe('connect refused (ECONNREFUSED)');
  });
  it('ends on a cause that names itself', () => {
    const loop: Error & { cause?: unknown } = new Error('round');
    loop.cause = new Error('about', { cause: loop });
    expect(explain(loop).split(': ')).toHaveLength(8);
  });
});

describe('createLogger', () => {
  it('writes one JSON line with service and level, and no secret', () => {
    const lines: string[] = [];
    const sink = new Writable({ write: (chunk: Buffer, _encoding, done) => (lines.push(chunk.toString()), done()) });
    createLogger('intake', 'info', sink).info({ databaseUrl: 'postgres://u:hunter2@h/d' }, 'starts');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ service: 'intake', level: 'info', msg: 'starts' });
    expect(lines[0]).not.toContain('hunter2');
  });
});
