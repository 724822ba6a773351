import { buildMessage, IsIn, IsInt, IsUrl, Matches, Max, Min, ValidateBy, ValidateIf } from 'class-validator';
import { isIP } from 'node:net';
import { Env } from './env';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** How Kafka is reached, beside its addresses. SASL is given whole or not at all. */
export class KafkaAccessEnv {
  @Env('KAFKA_TLS', 'TLS to Kafka')
  kafkaTls: boolean = false;

  @Env('KAFKA_SASL_MECHANISM', 'plain, scram-sha-256 or scram-sha-512; empty: no SASL')
  @ValidateIf(usesSasl)
  @IsIn(['plain', 'scram-sha-256', 'scram-sha-512'], { message: 'must be plain, scram-sha-256 or scram-sha-512 where SASL is used' })
  kafkaSaslMechanism?: 'plain' | 'scram-sha-256' | 'scram-sha-512';

  @Env('KAFKA_SASL_USERNAME', 'SASL user; given together with the mechanism')
  @ValidateIf(usesSasl)
  @Matches(/./s, { message: 'must name the user where SASL is used' })
  kafkaSaslUsername?: string;

  @Env('KAFKA_SASL_PASSWORD', 'SASL password; given together with the mechanism', { secret: true })
  @ValidateIf(usesSasl)
  @Matches(/./s, { message: 'must be given where SASL is used' })
  kafkaSaslPassword?: string;
}

function usesSasl({ kafkaSaslMechanism, kafkaSaslUsername, kafkaSaslPassword }: KafkaAccessEnv): boolean {
  return [kafkaSaslMechanism, kafkaSaslUsername, kafkaSaslPassword].some((each) => each !== undefined);
}

/** What kafka's `createKafka` takes of the environment. */
export interface KafkaAccess {
  brokers: string[];
  tls: boolean;
  sasl?: { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string };
}

/** The one reading of the environment as Kafka's settings; `env` was checked by `loadEnv`. */
export function kafkaAccess(env: KafkaAccessEnv & { kafkaBrokers: string }): KafkaAccess {
  const { kafkaSaslMechanism: mechanism, kafkaSaslUsername: username = '', kafkaSaslPassword: password = '' } = env;
  return { brokers: env.kafkaBrokers.split(','), tls: env.kafkaTls, sasl: mechanism && { mechanism, username, password } };
}

const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;

/** `host:port`, separated by commas. */
export function IsBrokers(): PropertyDecorator {
  const holds = (value: unknown): boolean => typeof value === 'string' && value.split(',').every((each) => /^[^\s,:]+:\d+$/.test(each) && isPort(each.slice(each.indexOf(':') + 1)));
  return ValidateBy({ name: 'isBrokers', validator: { validate: holds, defaultMessage: buildMessage(() => 'must be a list of host:port, separated by commas, ports from 1 to 65535') } });
}

/** An IP address or a host's name; nothing is looked up. */
function IsHost(): PropertyDecorator {
  const name = /^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\.?$/;
  // Digits and dots alone would be a mistyped address.
  const holds = (value: unknown): boolean => typeof value === 'string' && (isIP(value) !== 0 || (name.test(value) && !/^[\d.]+$/.test(value)));
  return ValidateBy({ name: 'isHost', validator: { validate: holds, defaultMessage: buildMessage(() => 'must be an IP address or a host name, without a port') } });
}

/** What every service needs: the addresses, the log level, and where it listens. */
export class ServiceEnv extends KafkaAccessEnv {
  @Env('KAFKA_BROKERS', 'Kafka brokers, host:port, separated by commas')
  @IsBrokers()
  kafkaBrokers!: string;

  @Env('DATABASE_URL', 'Postgres, postgres://user:password@host:port/database', { secret: true })
  @Matches(/^postgres(ql)?:\/\/\S+$/, { message: 'must be a postgres:// URL' })
  databaseUrl!: string;

  @Env('HTTP_HOST', 'address that the service listens on; other than loopback only behind something that knows who calls')
  @IsHost()
  httpHost: string = '127.0.0.1';

  @Env('LOG_LEVEL', LOG_LEVELS.join(', '))
  @IsIn(LOG_LEVELS)
  logLevel: string = 'info';
}

/** A service that serves nothing over HTTP but its health. */
export class WorkerEnv extends ServiceEnv {
  @Env('HEALTH_PORT', '/health/live, /health/ready, /metrics; 0 = a free port, printed')
  @IsInt()
  @Min(0)
  @Max(65_535)
  healthPort: number = 0;
}

/** What the services that tell the police share: both must count an alert's minutes alike. */
export class AlertingEnv extends WorkerEnv {
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
