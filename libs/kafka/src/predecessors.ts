import { hostname } from 'node:os';
import type ConsumerGroup from 'kafkajs/src/consumer/consumerGroup';

/** A process, as its members of a group name it. */
export interface Holder {
  host: string;
  pid: number;
  /** When it began, milliseconds: in a container every process is number 1. */
  began: number;
}

const OWN: Holder = { host: hostname(), pid: process.pid, began: Date.now() };
const HOLDER = /@(.+)\.(\d+)\.([0-9a-z]+)$/;

/** The client id of a group's member: says which process of which host it is. Also what the broker's logs and `kafka-consumer-groups --describe` show. */
export function memberName(program: string, { host, pid, began }: Holder = OWN): string {
  return `${program}@${host}.${pid}.${began.toString(36)}`;
}

/** null: another program's, or none of these names. */
export function holderOf(clientId: string): Holder | null {
  const [, host, pid, began] = HOLDER.exec(clientId) ?? [];
  return host === undefined || pid === undefined || began === undefined ? null : { host, pid: Number(pid), began: parseInt(began, 36) };
}

/**
 * Whether the process is known to be no more. Only of this host's can that be known: one whose number nobody has now, or which had the number that is ours.
 * Where two containers share a host name, one may take the other for its predecessor, once, when it starts: that one joins again, as it would for the newcomer anyway.
 */
export function isGone({ host, pid, began }: Holder, own: Holder = OWN, lives: (pid: number) => boolean = isAlive): boolean {
  if (host !== own.host) return false;
  return pid === own.pid ? began !== own.began : !lives(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'; // somebody else's process
  }
}

/**
 * Leaves a group for those members whose process is no more. A process that was killed could not, and the group would wait until its session times out; where
 * it was killed while it joined, for two sessions, one after the other. What started in its place knows better. Never rejects: the session's end does the same, later.
 */
export async function leaveForTheDead({ cluster, groupId, logger }: ConsumerGroup): Promise<void> {
  try {
    const coordinator = await cluster.findGroupCoordinator({ groupId });
    const { groups } = await coordinator.describeGroups({ groupIds: [groupId] });
    for (const { memberId, clientId } of groups.flatMap(({ members }) => members)) {
      const holder = holderOf(clientId);
      if (holder === null || !isGone(holder)) continue;
      // Another reader of this process, or the end of its session, may have been faster.
      await coordinator.leaveGroup({ groupId, memberId }).then(
        () => logger.info('left the group for a process that is no more', { groupId, memberId }),
        (error: unknown) => logger.debug('a member whose process is no more was not removed', { groupId, memberId, error: String(error) }),
      );
    }
  } catch (error) {
    logger.debug('members whose process is no more were not looked for', { groupId, error: String(error) });
  }
}
