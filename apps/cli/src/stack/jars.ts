import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { StackError } from './errors';
import { cacheDir, projectRoot } from './paths';

export interface PinnedJar {
  artifact: string;
  sha256: string;
}

export interface PinnedJars {
  kafka: string;
  jars: PinnedJar[];
}

export type Download = (artifact: string, folder: string, file: string) => Promise<void>;

const AT_ONCE = 6;
export const ARCHIVE_ENDING = '.jsa';

export const pinnedJars = (): PinnedJars => JSON.parse(readFileSync(join(projectRoot(), 'docker', 'kafka-jars.json'), 'utf8')) as PinnedJars;

export function fileOf(artifact: string): string {
  const [, name, version] = artifact.split(':');
  return `${name}-${version}.jar`;
}

export function isGood(path: string, sha256: string): boolean {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex') === sha256;
  } catch {
    return false;
  }
}

/** The jars of the pinned list, each checked on every start; what is missing or damaged is fetched. Returns their paths. */
export async function kafkaJars(env: NodeJS.ProcessEnv, log: (line: string) => void, pinned = pinnedJars(), download: Download = fromMaven): Promise<string[]> {
  const folder = join(cacheDir(env), `kafka-${pinned.kafka}`);
  const missing = pinned.jars.filter((jar) => !isGood(join(folder, fileOf(jar.artifact)), jar.sha256));
  if (missing.length > 0) {
    log(`Kafka ${pinned.kafka}: fetching ${missing.length} jars into ${folder}`);
    mkdirSync(folder, { recursive: true });
    // A folder of its own for each run and a rename at the end: two runs that fetch at once write the same bytes, never half of them.
    const own = mkdtempSync(join(folder, 'fetch-'));
    try {
      const queue = [...missing];
      await Promise.all(Array.from({ length: AT_ONCE }, () => fetchAll(queue, own, folder, download)));
      // Java refuses an archive of classes from jars that were written since.
      for (const name of readdirSync(folder)) if (name.endsWith(ARCHIVE_ENDING)) rmSync(join(folder, name), { force: true });
    } finally {
      rmSync(own, { recursive: true, force: true });
    }
  }
  return pinned.jars.map((jar) => join(folder, fileOf(jar.artifact)));
}

async function fetchAll(queue: PinnedJar[], own: string, folder: string, download: Download): Promise<void> {
  for (let jar = queue.shift(); jar; jar = queue.shift()) {
    const file = fileOf(jar.artifact);
    try {
      await download(jar.artifact, own, file);
    } catch (error) {
      throw new StackError(`${jar.artifact} could not be fetched from Maven Central: check the network, or put the file into ${folder} yourself, or use Docker.`, { cause: error });
    }
    if (!isGood(join(own, file), jar.sha256)) {
      throw new StackError(`${jar.artifact} arrived with another SHA-256 than docker/kafka-jars.json pins: do not use it; try again, and look at what stands between this machine and Maven Central.`);
    }
    renameSync(join(own, file), join(folder, file));
  }
}

/** Loaded when needed: the production image has no development dependencies, and the rest of the command line must work there. */
async function fromMaven(artifact: string, folder: string, file: string): Promise<void> {
  const { default: download } = createRequire(__filename)('mvn-artifact-download') as typeof import('mvn-artifact-download');
  await download(artifact, folder, undefined, file, { timeout: 60_000 });
}
