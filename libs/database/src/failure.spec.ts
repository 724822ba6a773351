import { failureKind, sqlState, transientFailure, uniqueConflict } from './failure';

const fromPostgres = (code: string, extra: object = {}) => Object.assign(new Error('said by Postgres'), { severity: 'ERROR', code, ...extra });

describe('what a failure means', () => {
  it.each([
    ['08006', 'outage'], ['40001', 'outage'], ['40P01', 'outage'], ['53100', 'outage'], ['53300', 'outage'], ['55P03', 'outage'],
    ['57P01', 'outage'], ['57P03', 'outage'], ['58030', 'outage'], ['25006', 'outage'], ['25P03', 'outage'], ['25P04', 'outage'],
    ['57014', 'too-slow'],
    ['22021', 'bad-data'], ['22003', 'bad-data'], ['23505', 'bad-data'], ['23514', 'bad-data'], ['54000', 'bad-data'],
    ['42P01', 'bug'], ['42703', 'bug'], ['25P02', 'bug'], ['25001', 'bug'], ['28P01', 'bug'], ['3D000', 'bug'], ['XX000', 'bug'], ['P0001', 'bug'],
  ])('SQLSTATE %s is %s', (code, kind) => {
    expect(failureKind(fromPostgres(code))).toBe(kind);
    expect(transientFailure(fromPostgres(code))).toBe(kind === 'outage' || kind === 'too-slow');
  });

  it.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN'])('a socket error %s is an outage', (code) => {
    expect(failureKind(Object.assign(new Error('connect'), { code }))).toBe('outage');
  });

  it.each(['Connection terminated unexpectedly', 'timeout exceeded when trying to connect', 'Query read timeout'])('%s is an outage', (message) => {
    expect(failureKind(new Error(message))).toBe('outage');
  });

  it('looks along the causes', () => {
    const wrapped = new Error('cannot record', { cause: new Error('inner', { cause: fromPostgres('40P01') }) });
    expect([sqlState(wrapped), failureKind(wrapped)]).toEqual(['40P01', 'outage']);
  });

  it('takes anything else for a bug', () => {
    expect(failureKind(new TypeError('x is not a function'))).toBe('bug');
    expect(failureKind('a string')).toBe('bug');
    expect(failureKind(undefined)).toBe('bug');
    // Node's own codes look like no SQLSTATE, and a code without severity did not come from Postgres
    expect(failureKind(Object.assign(new Error('x'), { code: '22021' }))).toBe('bug');
  });

  it('names the constraint that an insert met', () => {
    expect(uniqueConflict(fromPostgres('23505', { constraint: 'incidents_event' }))).toBe('incidents_event');
    expect(uniqueConflict(fromPostgres('23514', { constraint: 'c' }))).toBeNull();
  });
});
