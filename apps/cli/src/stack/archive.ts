import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ARCHIVE_ENDING } from './jars';
import type { Java } from './java';
import { prepareKafka } from './kafka';
import { end, type ProcessRecord } from './ownership';
import { freePorts } from './ports';
import { launch } from './service';

export interface ArchiveRequest {
  java: Java;
  jars: string[];
  /** A folder of this run's own, for the broker that is watched. */
  dir: string;
  env: NodeJS.ProcessEnv;
  log: (line: string) => void;
  /** Keeps the broker's record, so that it ends with this run. */
  started: (record: ProcessRecord) => void;
}

/**
 * Java's option for the archive of Kafka's loaded classes. With it a start takes about half the CPU. Made once for each
 * Java by letting a broker start and end; where that fails, Kafka only starts more slowly.
 */
export async function classArchive({ java, jars, dir, env, log, started }: ArchiveRequest): Promise<string | undefined> {
  const key = createHash('sha256').update(`${java.command}\n${java.version}`).digest('hex').slice(0, 12);
  const file = join(dirname(jars[0] as string), `java-${key}${ARCHIVE_ENDING}`);
  const option = `-XX:SharedArchiveFile=${file}`;
  if (existsSync(file)) return option;
  log('Kafka: archiving its loaded classes, once for this Java');
  const own = join(dir, 'archive');
  // Beside its final place, where the rename is one step.
  const fresh = `${file}.${randomUUID()}`;
  try {
    mkdirSync(own, { recursive: true });
    const [kafka = 0, controller = 0] = await freePorts(2);
    const program = await prepareKafka({ dir: own, java: java.command, jars, ports: { kafka, controller }, advertisedPort: kafka, properties: {}, shortLived: true, env });
    const broker = await launch({ ...program, args: [`-XX:ArchiveClassesAtExit=${fresh}`, ...program.args] }, started);
    await end(broker, [
      { signal: 'SIGTERM', waitMs: 60_000 },
      { signal: 'SIGKILL', waitMs: 5_000 },
    ]);
    renameSync(fresh, file);
    return option;
  } catch (error) {
    log(`Kafka: no archive of its classes (${(error as Error).message.split('\n')[0]}); it starts more slowly`);
    return undefined;
  } finally {
    rmSync(own, { recursive: true, force: true });
    rmSync(fresh, { force: true });
  }
}
