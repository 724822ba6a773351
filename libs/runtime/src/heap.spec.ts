import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MALLOC_ENV, NODE_FLAGS } from './heap';

describe('what Node is started with', () => {
  it('is the same in the image as by the command line', () => {
    const dockerfile = readFileSync(join(__dirname, '..', '..', '..', 'docker', 'Dockerfile'), 'utf8');
    expect(/^ENV NODE_OPTIONS=.*$/m.exec(dockerfile)?.[0]).toBe(`ENV NODE_OPTIONS=${NODE_FLAGS.join(' ')} MALLOC_ARENA_MAX=${MALLOC_ENV.MALLOC_ARENA_MAX}`);
  });

  it('bounds the youngest objects', () => {
    const grown = `const kept = []; for (let i = 0; i < 4e6; i++) kept[i % 4e5] = { i }; console.log(require('v8').getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size)`;
    const size = Number(execFileSync(process.execPath, [...NODE_FLAGS, '-e', grown], { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } }));
    expect(size).toBeLessThanOrEqual(24 * 1024 * 1024);
  });
});
