import type { Cluster, Broker } from '../cluster';
import type { TcpProxy } from '../../support/tcp-proxy';
import { answersLost, AWAY_MS, broken, pause, type Done, type Kind } from './context';

/** By chance, decided beforehand: which broker, and for how long. */
interface Chance {
  turn: number;
  ms: number;
}

type Does = (cluster: Cluster, chance: Chance) => Promise<Done>;

/** Longer and shorter than a broker's session (9 s), after which the controller takes it for gone. */
const LONGEST_AWAY_MS = 12_000;

const onCluster = (name: string, needs: string, longestMs: number, does: Does): Kind => ({
  name,
  breaks: ['kafka'],
  allowMs: AWAY_MS,
  plan: (random) => {
    const chance = { turn: random.between(0, 5), ms: random.between(0, longestMs) };
    return {
      needs: [needs],
      does: ({ house }) => {
        if (house.cluster === null) throw new Error(`${name}: needs three brokers`);
        return does(house.cluster, chance);
      },
    };
  },
});

const onBrokers = (name: string, longestMs: number, does: Does): Kind => onCluster(name, 'brokers', longestMs, does);

async function killedAndBack(cluster: Cluster, broker: Broker, ms: number): Promise<Done> {
  await cluster.stop(broker, 'kill');
  await pause(ms);
  await cluster.start(broker);
  return { detail: `broker ${broker.id}, away for ${ms} ms and a start` };
}

const lost = onBrokers('kill -9 of a broker', LONGEST_AWAY_MS, (cluster, { turn, ms }) => killedAndBack(cluster, cluster.running(turn)[0], ms));

const leaderLost = onBrokers('leader of a partition lost', LONGEST_AWAY_MS, async (cluster, { turn, ms }) => {
  const { broker, partition } = await cluster.leaderOf('incident.reported', turn);
  const { detail } = await killedAndBack(cluster, broker, ms);
  return { detail: `${detail}; it led incident.reported/${partition}` };
});

const controllerLost = onBrokers('controller lost', LONGEST_AWAY_MS, (cluster, { ms }) => killedAndBack(cluster, cluster.controller(), ms));

const coordinatorLost = onBrokers('group coordinator lost', LONGEST_AWAY_MS, async (cluster, { ms }) => killedAndBack(cluster, await cluster.coordinator(), ms));

/** Two of three hold every acknowledged record: all must go on without the third, so the time to recover begins with its death. */
const lostForGood = onBrokers('a broker lost for the rest of the seed', 0, async (cluster, { turn }) => {
  const [broker, ...others] = cluster.running(turn);
  if (others.length < 2) return { ...(await killedAndBack(cluster, broker, 0)), instead: lost.name };
  await cluster.stop(broker, turn % 2 === 0 ? 'kill' : 'graceful');
  return { detail: `broker ${broker.id}, ${turn % 2 === 0 ? 'kill -9' : 'SIGTERM'}`, endedAt: Date.now() };
});

/** What is left is below min ISR, and no majority of controllers: publishers are refused. */
const twoLost = onBrokers('two of three brokers lost', LONGEST_AWAY_MS, async (cluster, { turn, ms }) => {
  const gone = cluster.running(turn).slice(0, 2);
  await Promise.all(gone.map((broker) => cluster.stop(broker, 'kill')));
  await pause(ms);
  await Promise.all(gone.map((broker) => cluster.start(broker)));
  return { detail: `brokers ${gone.map(({ id }) => id).join(' and ')}, away for ${ms} ms and a start` };
});

/** They die one after the other while records come, and the one that knows least comes back first: it must not lead. */
const uncleanOrder = onBrokers('brokers die one by one and come back in the wrong order', 3_000, async (cluster, { turn, ms }) => {
  const dying = cluster.running(turn);
  for (const broker of dying) {
    await cluster.stop(broker, 'kill');
    await pause(ms);
  }
  // The first waits for a majority, so it is not waited for.
  const starting: Promise<void>[] = [];
  for (const broker of dying) {
    starting.push(cluster.start(broker));
    await pause(ms);
  }
  await Promise.all(starting);
  return { detail: `brokers ${dying.map(({ id }) => id).join(', ')}, ${ms} ms apart` };
});

const rolling = onBrokers('rolling restart of the brokers', 0, async (cluster, { turn }) => {
  const order = cluster.running(turn);
  for (const broker of order) {
    await cluster.stop(broker, 'graceful');
    await cluster.start(broker);
    await cluster.inSync();
  }
  return { detail: `brokers ${order.map(({ id }) => id).join(', ')}` };
});

const frozen = onBrokers('frozen broker wakes again', LONGEST_AWAY_MS, async (cluster, { turn, ms }) => {
  const [broker] = cluster.running(turn);
  await broker.stack.kafka.pause();
  await pause(2_000 + ms);
  await broker.stack.kafka.resume();
  return { detail: `broker ${broker.id} for ${2_000 + ms} ms` };
});

/** The other brokers see it as before: it keeps what it leads. */
const cable = (name: string, longestMs: number, during: (proxy: TcpProxy, ms: number) => Promise<string>): Kind => ({ cable: true, ...onCluster(name, 'a cable to a broker', longestMs, async (cluster, { turn, ms }) => {
  const [broker] = cluster.running(turn);
  return { detail: `broker ${broker.id} ${await during(broker.proxy, 1_000 + ms)}` };
}) });

export const BROKER_KINDS: readonly Kind[] = [
  lost, lostForGood, leaderLost, controllerLost, coordinatorLost, twoLost, uncleanOrder, rolling, frozen,
  cable('a broker cut off from its clients', LONGEST_AWAY_MS, (proxy, ms) => broken(proxy, ms, () => proxy.cut())),
  cable('a broker half open', LONGEST_AWAY_MS, (proxy, ms) => broken(proxy, ms, () => proxy.halfOpen('both'))),
  cable('answers of a broker lost', LONGEST_AWAY_MS, answersLost),
  cable('a slow broker', LONGEST_AWAY_MS, (proxy, ms) => broken(proxy, ms, () => proxy.delay(200))),
];
