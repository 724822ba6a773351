import { IsInt, Max, Min } from 'class-validator';
import { describeEnv, Env, EnvError, loadEnv } from './env';
import { kafkaAccess, ServiceEnv, WorkerEnv } from './service-env';

class SampleEnv extends WorkerEnv {
  @Env('CHUNK_RECORDS', 'records settled in one transaction')
  @IsInt()
  @Min(1)
  @Max(10_000)
  chunkRecords: number = 2_000;
}

const GOOD = { KAFKA_BROKERS: 'a:9092,b:9092', DATABASE_URL: 'postgres://u:p@h/d' };

function problemsOf(source: NodeJS.ProcessEnv): string[] {
  try {
    loadEnv(SampleEnv, source);
  } catch (error) {
    if (error instanceof EnvError) return error.problems;
    throw error;
  }
  return [];
}

describe('loadEnv', () => {
  it('reads values by their declared type and keeps defaults', () => {
    const env = loadEnv(SampleEnv, { ...GOOD, KAFKA_TLS: 'true', CHUNK_RECORDS: '500', HEALTH_PORT: ' ' });
    expect(env).toMatchObject({ kafkaBrokers: 'a:9092,b:9092', kafkaTls: true, chunkRecords: 500, healthPort: 0, httpHost: '127.0.0.1' });
  });

  it('reports every wrong value at once, by name', () => {
    const problems = problemsOf({ KAFKA_BROKERS: 'localhost', CHUNK_RECORDS: '0', HEALTH_PORT: 'x', KAFKA_TLS: 'maybe' });
    expect(problems.map((p) => p.split(' ', 1)[0]).sort()).toEqual(['CHUNK_RECORDS', 'DATABASE_URL', 'HEALTH_PORT', 'KAFKA_BROKERS', 'KAFKA_TLS']);
    expect(problems.find((p) => p.startsWith('DATABASE_URL'))).toContain('is missing');
    expect(problems.find((p) => p.startsWith('HEALTH_PORT'))).toBe('HEALTH_PORT must be a number, not "x"');
  });

  it.each([
    [{ KAFKA_SASL_MECHANISM: 'plain' }, ['KAFKA_SASL_USERNAME is missing: it must name the user where SASL is used', 'KAFKA_SASL_PASSWORD is missing: it must be given where SASL is used']],
    [{ KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'p' }, ['KAFKA_SASL_MECHANISM is missing: it must be plain, scram-sha-256 or scram-sha-512 where SASL is used']],
    [{ KAFKA_SASL_MECHANISM: 'PLAIN', KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'p' }, ['KAFKA_SASL_MECHANISM must be plain, scram-sha-256 or scram-sha-512 where SASL is used, not "PLAIN"']],
    [{ KAFKA_BROKERS: 'a:9092,b:65536' }, ['KAFKA_BROKERS must be a list of host:port, separated by commas, ports from 1 to 65535, not "a:9092,b:65536"']],
    [{ KAFKA_BROKERS: 'a:0' }, ['KAFKA_BROKERS must be a list of host:port, separated by commas, ports from 1 to 65535, not "a:0"']],
    [{ HTTP_HOST: '0.0.0.0:80' }, ['HTTP_HOST must be an IP address or a host name, without a port, not "0.0.0.0:80"']],
    [{ HTTP_HOST: '127.0.0.256' }, ['HTTP_HOST must be an IP address or a host name, without a port, not "127.0.0.256"']],
    [{ HTTP_HOST: '::' }, []],
    [{ HTTP_HOST: 'localhost' }, []],
  ])('%j → %j', (given, problems) => expect(problemsOf({ ...GOOD, ...given })).toEqual(problems));

  it('gives what Kafka is reached with', () => {
    expect(kafkaAccess(loadEnv(SampleEnv, GOOD))).toEqual({ brokers: ['a:9092', 'b:9092'], tls: false, sasl: undefined });
    const given = { ...GOOD, KAFKA_TLS: 'yes', KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'p' };
    expect(kafkaAccess(loadEnv(SampleEnv, given))).toMatchObject({ tls: true, sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'p' } });
  });

  it('never shows a secret', () => {
    expect(problemsOf({ ...GOOD, DATABASE_URL: 'mysql://root:hunter2@h/d' }).join()).not.toContain('hunter2');
  });

  it('describes what an app reads', () => {
    expect(describeEnv(SampleEnv)).toContainEqual({ name: 'CHUNK_RECORDS', help: 'records settled in one transaction', secret: false, default: '2000' });
    expect(describeEnv(SampleEnv).find((v) => v.name === 'DATABASE_URL')?.default).toBeUndefined();
  });

  it('leaves the base class alone', () => {
    expect(describeEnv(ServiceEnv).some((v) => v.name === 'CHUNK_RECORDS')).toBe(false);
  });
});
