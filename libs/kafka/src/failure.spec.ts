import { KafkaJSConnectionError, KafkaJSError, KafkaJSNonRetriableError, KafkaJSProtocolError } from 'kafkajs';
import { isOutage, isRebalance } from './failure';
import { routeLog, type LogLevel } from './log';

const answer = (type: string, retriable: boolean): Error => Object.assign(new KafkaJSProtocolError(new Error(type)), { type, retriable });

describe('what waiting cures', () => {
  it('is a broker that cannot be reached, at any depth of the causes', () => {
    const away = new KafkaJSConnectionError('Connection error: connect ECONNREFUSED');
    expect(isOutage(away)).toBe(true);
    expect(isOutage(Object.assign(new KafkaJSNonRetriableError(new KafkaJSError('retries exceeded')), { cause: away }))).toBe(true);
    expect(isOutage(answer('LEADER_NOT_AVAILABLE', true))).toBe(true);
  });

  it('is not a refusal, a bug, or an error of the handler', () => {
    expect(isOutage(answer('GROUP_AUTHORIZATION_FAILED', false))).toBe(false);
    expect(isOutage(Object.assign(new Error('wrong password'), { name: 'KafkaJSSASLAuthenticationError' }))).toBe(false);
    expect(isOutage(new TypeError('x is not a function'))).toBe(false);
    expect(isOutage(Object.assign(new Error('relation does not exist'), { code: '42P01' }))).toBe(false);
    expect(isOutage(undefined)).toBe(false);
  });

  it('knows a rebalance', () => {
    expect(isRebalance(answer('ILLEGAL_GENERATION', false))).toBe(true);
    expect(isRebalance(answer('LEADER_NOT_AVAILABLE', true))).toBe(false);
  });
});

describe('the log', () => {
  it('says each attempt at a broker that is away at debug: the topic consumer says once that Kafka is away', () => {
    const levels: LogLevel[] = [];
    routeLog((level) => levels.push(level))(4)({ namespace: 'Connection', level: 1, label: 'ERROR', log: { timestamp: '', logger: 'kafkajs', message: 'Connection error: connect ECONNREFUSED' } });
    expect(levels).toEqual(['debug']);
  });

  it('says an answer that is only asked again at debug, and the rest as it is', () => {
    const lines: [LogLevel, string][] = [];
    const write = routeLog((level, message) => lines.push([level, message]))(4);
    const line = (level: number, message: string, error?: string) => write({ namespace: 'n', level, label: 'X', log: { timestamp: '', logger: 'kafkajs', message, error } });
    line(1, 'Response GroupCoordinator(key: 10, version: 2)', 'The group coordinator is not available');
    line(1, 'Response Heartbeat(key: 12, version: 3)', 'The group is rebalancing, so a rejoin is needed');
    line(1, 'Connection error: connect ECONNREFUSED');
    line(4, 'Consumer has joined the group');
    expect(lines.map(([level]) => level)).toEqual(['debug', 'debug', 'error', 'info']);
  });
});
