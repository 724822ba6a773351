import type { Database } from '@vong-gac/database';
import { builtInPolicy } from '@vong-gac/policy';
import { crowdsAgain } from './crowd-walk';

const failing = (error: Error): Database => ({ transaction: () => Promise.reject(error) }) as unknown as Database;
const again = (error: Error) => crowdsAgain(failing(error), builtInPolicy(), {}, { counts: () => true, prepares: builtInPolicy, asItHappened: false });

it('visitor volumes that Postgres does not read in time are none that are judged; every other failure is thrown', async () => {
  expect(await again(Object.assign(new Error('canceling statement due to statement timeout'), { severity: 'ERROR', code: '57014' }))).toBeNull();
  await expect(again(new Error('too many'))).rejects.toThrow('too many');
});
