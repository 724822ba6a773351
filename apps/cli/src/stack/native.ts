import { rmSync } from 'node:fs';
import { classArchive } from './archive';
import { kafkaJars, pinnedJars } from './jars';
import { findJava } from './java';
import { prepareKafka } from './kafka';
import { postgresBinaries, preparePostgres } from './postgres';
import { launch, type Program } from './service';
import { readState, writeState, type ServiceName, type StackState } from './state';
import type { ProcessRecord } from './ownership';

export interface NativePrograms {
  /** Without the one that a stack does not start. */
  programs: Partial<Record<ServiceName, Program>>;
  javaMajor: number | undefined;
}

export const nativeVersions = (): StackState['versions'] => ({ kafka: pinnedJars().kafka, postgres: postgresBinaries().version });

/** Everything up to the point where both can be launched: Java, jars, binaries, data folders. */
export async function nativePrograms(dir: string, state: StackState, env: NodeJS.ProcessEnv, log: (line: string) => void): Promise<NativePrograms> {
  const { ports, password, advertisedPort, only } = state;
  const java = only === 'postgres' ? undefined : await findJava(env);
  const prepareBroker = async () => {
    if (java === undefined) return undefined;
    const jars = await kafkaJars(env, log);
    const archive = await classArchive({ java, jars, dir, env, log, started: (record) => keepRecord(dir, 'kafka', record) });
    return prepareKafka({ dir, java: java.command, jars, ports, advertisedPort, properties: state.kafkaProperties, archive, shortLived: state.shortLived, node: state.kafkaNode, env });
  };
  const [kafka, postgres] = await Promise.all([
    prepareBroker(),
    only === 'kafka' ? undefined : preparePostgres({ dir, port: ports.postgres, password, settings: state.postgresSettings, env }),
  ]);
  return { programs: { kafka, postgres }, javaMajor: java?.major };
}

/** Written at once, because from here on the process is nobody's if this run dies. */
export function keepRecord(dir: string, name: ServiceName, record: ProcessRecord | undefined): void {
  const state = readState(dir);
  if (state) writeState(dir, { ...state, processes: { ...state.processes, [name]: record } });
}

export async function launchAll(dir: string, { programs }: NativePrograms): Promise<void> {
  const all = Object.values(programs).filter((program) => program !== undefined);
  for (const { logFile } of all) rmSync(logFile, { force: true });
  const launched = await Promise.allSettled(all.map((program) => launch(program, (record) => keepRecord(dir, program.name, record))));
  const failed = launched.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
