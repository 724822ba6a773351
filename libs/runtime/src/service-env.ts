import { IsIn, IsInt, IsOptional, IsString, IsUrl, Matches, Max, Min } from 'class-validator';
import { Env } from './env';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** How Kafka is reached, beside its addresses. */
export class KafkaAccessEnv {
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
}

/** What every service needs: the addresses, the log level, and where its health is served. */
export class ServiceEnv extends KafkaAccessEnv {
  @Env('KAFKA_BROKERS', 'Kafka brokers, host:port, separated by commas')
  @Matches(/^[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*$/, { message: 'must be a list of host:port, separated by commas' })
  kafkaBrokers!: string;

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

/** What the services that tell the police share: both must count an alert's minutes alike. */
export class AlertingEnv extends ServiceEnv {
  @Env('PUBLIC_URL', 'where officers reach the api: the link of an alert begins with it')
  @IsUrl({ protocols: ['http', 'https'], require_tld: false, require_protocol: true }, { message: 'must be an http:// or https:// URL' })
  publicUrl: string = 'http://127.0.0.1:3000';

  @Env('ACKNOWLEDGE_CRITICAL_SECONDS', 'a critical alert escalates when nobody acknowledges it for so long')
  @IsInt()
  @Min(1)
  @Max(86_400)
  acknowledgeCriticalSeconds: number = 180;

  @Env('ACKNOWLEDGE_HIGH_SECONDS', 'the same for a high alert')
  @IsInt()
  @Min(1)
  @Max(86_400)
  acknowledgeHighSeconds: number = 600;
}
