import { IsInt, Max, Min } from 'class-validator';
import { describeEnv, Env, EnvError, loadEnv } from './env';
import { ServiceEnv } from './service-env';

class SampleEnv extends ServiceEnv {
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
