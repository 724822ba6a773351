import { join } from 'node:path';
import { StackError } from './errors';
import { exec } from './exec';

export const OLDEST_JAVA = 17;

/** `openjdk version "17.0.15"` → 17, and `"1.8.0_292"` → 8. */
export function javaMajor(output: string): number | undefined {
  const match = /version "(?:1\.)?(\d+)/.exec(output);
  return match ? Number(match[1]) : undefined;
}

export interface Java {
  command: string;
  major: number;
  /** What it says about itself: another build of the same version says something else. */
  version: string;
}

/** JAVA_HOME before PATH, the first that is new enough. */
export async function findJava(env: NodeJS.ProcessEnv): Promise<Java> {
  const seen: string[] = [];
  for (const command of [...(env.JAVA_HOME ? [join(env.JAVA_HOME, 'bin', 'java')] : []), 'java']) {
    const answer = await exec([command, '-version'], { env, timeoutMs: 20_000 });
    const major = answer.status === 0 ? javaMajor(answer.output) : undefined;
    if (major !== undefined && major >= OLDEST_JAVA) return { command, major, version: answer.output };
    if (major !== undefined) seen.push(`${command} is ${major}`);
  }
  throw new StackError(
    `Kafka needs Java ${OLDEST_JAVA} or later, and ${seen.length > 0 ? `only an older one was found (${seen.join(', ')})` : 'none was found at JAVA_HOME or in PATH'}: ` +
      'install one (Debian, Ubuntu: apt-get install openjdk-17-jre-headless), or start Docker, or set KAFKA_BROKERS and DATABASE_URL.',
  );
}
