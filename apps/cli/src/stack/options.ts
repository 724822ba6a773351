import { StackError } from './errors';
import type { KafkaNode } from './kafka';
import type { ServiceControl } from './service';
import type { ServiceName } from './state';

export interface LocalStack {
  provider: 'given' | 'docker' | 'native';
  kafkaBrokers: string;
  databaseUrl: string;
  versions: { kafka: string; postgres: string };
  dataDir: string;
  kafka: ServiceControl;
  postgres: ServiceControl;
  stop(): Promise<void>;
}

export interface StackOptions {
  dir: string;
  mode: 'auto' | 'docker' | 'native';
  /** Ends with this process, however that ends. Otherwise it stays until `stack down`. */
  owned: boolean;
  env: NodeJS.ProcessEnv;
  log: (line: string) => void;
  kafkaProperties?: Record<string, string>;
  postgresSettings?: Record<string, string>;
  /** The port of 127.0.0.1 that Kafka tells its clients, where a proxy stands in front of it. */
  kafkaAdvertisedPort?: number;
  /** Starts one of the two alone, native. */
  only?: ServiceName;
  /** What makes a broker one of several; its listeners and voters are `kafkaProperties`. Native. */
  kafkaNode?: KafkaNode;
  /** For a stack of minutes, such as a suite's: starts faster, carries less. Not for measurements. */
  shortLived?: boolean;
  /** Removes the data when the stack ends. */
  discard?: boolean;
}

const MODES = ['auto', 'docker', 'native'] as const;

/** LOCAL_STACK, checked. */
export function stackMode(env: NodeJS.ProcessEnv): StackOptions['mode'] {
  const mode = MODES.find((one) => one === (env.LOCAL_STACK || 'auto'));
  if (!mode) throw new StackError(`LOCAL_STACK is ${env.LOCAL_STACK}: it takes ${MODES.join(', ')}.`, { exitCode: 2 });
  return mode;
}
