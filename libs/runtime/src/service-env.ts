import { IsIn, IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';
import { Env } from './env';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** What every service needs: the addresses, the log level, and where its health is served. */
export class ServiceEnv {
  @Env('KAFKA_BROKERS', 'Kafka brokers, host:port, separated by commas')
  @Matches(/^[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*$/, { message: 'must be a list of host:port, separated by commas' })
  kafkaBrokers!: string;

  @Env('KAFKA_TLS', 'TLS to Kafka')
  kafkaTls: boolean = false;

  @Env('KAFKA_SASL_MECHANISM', 'plain, scram-sha-256 or scram-sha-512; empty: no SASL')
  @IsOptional()
  @IsIn(['plain', 'scram-sha-256', 'scram-sha-512'])
  kafkaSaslMechanism?: 'plain' | 'scram-sha-256' | 'scram-sha-512';

  @Env('KAFKA_SASL_USERNAME', 'SASL user')
  @IsOptional()
  @IsString()
  kafkaSaslUsername?: string;

  @Env('KAFKA_SASL_PASSWORD', 'SASL password', { secret: true })
  @IsOptional()
  @IsString()
  kafkaSaslPassword?: string;

  @Env('DATABASE_URL', 'Postgres, postgres://user:password@host:port/database', { secret: true })
  @Matches(/^postgres(ql)?:\/\/\S+$/, { message: 'must be a postgres:// URL' })
  databaseUrl!: string;

  @Env('HTTP_HOST', 'address that the service listens on; other than loopback only behind something that knows who calls')
  @IsString()
  httpHost: string = '127.0.0.1';

  @Env('HEALTH_PORT', '/health/live, /health/ready, /metrics; 0 = a free port, printed')
  @IsInt()
  @Min(0)
  @Max(65_535)
  healthPort: number = 0;

  @Env('LOG_LEVEL', LOG_LEVELS.join(', '))
  @IsIn(LOG_LEVELS)
  logLevel: string = 'info';
}
