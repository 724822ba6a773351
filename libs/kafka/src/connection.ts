import './codecs';
import './patches';
import { Kafka, logLevel, type RetryOptions, type SASLOptions } from 'kafkajs';
import type { ConnectionOptions } from 'node:tls';
import { NO_LOG, routeLog, type KafkaLog } from './log';
import { Sockets } from './sockets';

export type SaslMechanism = 'plain' | 'scram-sha-256' | 'scram-sha-512';

export interface KafkaConfig {
  /** `host:port` of some brokers; the others are learnt from these. */
  brokers: readonly string[];
  /** How this program names itself to the broker (logs; quotas, but for the members of groups: `memberName`). */
  clientId: string;
  /** `true`: TLS against the system's authorities; or Node's own TLS options (`ca`, `cert`, `key`, `servername`). */
  tls?: boolean | ConnectionOptions;
  sasl?: { mechanism: SaslMechanism; username: string; password: string };
  log?: KafkaLog;
  /** Limit for a TCP and TLS connect, milliseconds. */
  connectionTimeoutMs?: number;
  /** Limit for one answer, milliseconds; a broker that is frozen is found after this long. */
  requestTimeoutMs?: number;
}

/** How long a client keeps trying. Waits grow from `initialRetryTime` to `maxRetryTime` (milliseconds). */
export const PATIENCE = {
  /** Consumers wait an outage out, and resume about a second after the broker. */
  wait: { initialRetryTime: 200, maxRetryTime: 2_000, retries: 1_000, factor: 0.2, multiplier: 2, restartOnFailure: async () => false },
  /** For a caller who waits for an answer: some seconds, then the error. */
  answer: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 4, factor: 0.2, multiplier: 2, restartOnFailure: async () => false },
} satisfies Record<string, RetryOptions>;

export type Patience = keyof typeof PATIENCE;

const CONNECTION_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 10_000;

export interface KafkaClient {
  kafka: Kafka;
  /** What waits for an answer fails, and new requests connect again. */
  hangUp(): void;
  /** After disconnecting: closes what is still open and ends every retry. */
  end(): void;
}

/** The settings of one cluster. It opens nothing by itself: producers, admins and consumers each open a client of their own. */
export class KafkaConnection {
  constructor(readonly config: KafkaConfig) {}

  /**
   * A kafkajs client of its own: consumers of one client share the offsets of a group, and a rebalance of one clears those of the other.
   * @param name added to the program's, where a program has several
   */
  client(patience: Patience, name?: string): KafkaClient {
    const { brokers, clientId, tls, sasl, log = NO_LOG, connectionTimeoutMs = CONNECTION_TIMEOUT_MS, requestTimeoutMs = REQUEST_TIMEOUT_MS } = this.config;
    const sockets = new Sockets();
    const kafka = new Kafka({
      // No brokers is the one answer after which kafkajs stops trying.
      brokers: () => (sockets.ended ? [] : [...brokers]),
      socketFactory: sockets.connect,
      clientId: name === undefined ? clientId : `${clientId}-${name}`,
      ssl: tls || undefined,
      sasl: sasl && saslOptions(sasl),
      connectionTimeout: connectionTimeoutMs,
      authenticationTimeout: connectionTimeoutMs,
      requestTimeout: requestTimeoutMs,
      enforceRequestTimeout: true,
      retry: PATIENCE[patience],
      logLevel: logLevel.INFO,
      logCreator: routeLog((level, message, fields) => log(sockets.ended || sockets.hungUp ? 'debug' : level, message, fields)),
    });
    return { kafka, hangUp: () => sockets.hangUp(), end: () => sockets.end() };
  }

  get log(): KafkaLog {
    return this.config.log ?? NO_LOG;
  }
}

function saslOptions({ mechanism, username, password }: NonNullable<KafkaConfig['sasl']>): SASLOptions {
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password };
    case 'scram-sha-256':
      return { mechanism, username, password };
    case 'scram-sha-512':
      return { mechanism, username, password };
  }
}

/** Names a cluster; connects to nothing yet. */
export function createKafka(config: KafkaConfig): KafkaConnection {
  return new KafkaConnection(config);
}
