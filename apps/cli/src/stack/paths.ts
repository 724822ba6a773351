import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { StackError } from './errors';

/** The repository's root, found upwards from this file so that it holds for the sources and for `dist` alike. */
export function projectRoot(from: string = __dirname): string {
  let folder = from;
  while (!existsSync(join(folder, 'nest-cli.json')) || !existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new StackError(`No nest-cli.json beside a package.json was found above ${from}: run Vọng Gác from a complete clone.`);
    folder = parent;
  }
  return folder;
}

/** Where runs keep their data: LOCAL_DIR, else `.local` in the repository. */
export const localDir = (env: NodeJS.ProcessEnv): string => (env.LOCAL_DIR ? resolve(env.LOCAL_DIR) : join(projectRoot(), '.local'));

/** Downloads that several clones of one user share. */
export const cacheDir = (env: NodeJS.ProcessEnv): string => join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'vong-gac');
