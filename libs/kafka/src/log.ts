import { logLevel, type logCreator } from 'kafkajs';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** Where the client's log lines go. `fields` are kafkajs's own: broker, groupId, error, stack, … */
export type KafkaLog = (level: LogLevel, message: string, fields: Record<string, unknown>) => void;

const NAMES: Record<number, LogLevel> = { [logLevel.ERROR]: 'error', [logLevel.WARN]: 'warn', [logLevel.INFO]: 'info', [logLevel.DEBUG]: 'debug' };

/** Answers that kafkajs logs as errors although it simply asks again: a coordinator that loads or moves, a rebalance, a leader election. */
const ASKED_AGAIN =
  /coordinator is (loading|not available)|not the correct coordinator|group is rebalancing|rebalance (is )?in progress|not aware of this member|leadership election|hosts? this topic-partition|not the leader|needs a valid member ?id|member id/i;

/** Each attempt to reach a broker that is away, several a second: `TopicConsumer` says once that Kafka is away, and once that it is back. */
const ATTEMPTS = new Set(['Connection', 'BrokerPool']);

/** kafkajs's log lines, handed on with level, text and fields; what is only asked again is said at debug. */
export function routeLog(log: KafkaLog): logCreator {
  return () =>
    ({ namespace, level, log: { message, timestamp: _ignored, logger: _name, ...fields } }) => {
      const text = `${message}${typeof fields.error === 'string' ? `: ${fields.error}` : ''}`;
      const name = NAMES[level] ?? 'debug';
      log(name !== 'info' && (ATTEMPTS.has(namespace) || ASKED_AGAIN.test(text)) ? 'debug' : name, message, { ...fields, namespace });
    };
}

/** Where no log is wanted. */
export const NO_LOG: KafkaLog = () => undefined;
