/**
 * One partition is flooded with visitor volumes: does that delay an incident's alert? A steady stream of incidents is measured without the flood
 * and, next to it, while a process of its own pours volumes into one partition, as many as Kafka takes (or `--volumes N` a second). bench/README.md says more.
 */
import 'reflect-metadata';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { CheckStore } from '@vong-gac/database';
import { shippedPolicies } from '@vong-gac/policy';
import { createKafka, KafkaProducer } from '@vong-gac/kafka';
import { SITE, SOURCE } from './events';
import { answer, option, say, settledOf } from './stage';
import { measureSteady, openHouse, WARM_UP_SECONDS } from './steady';

const RATE = option('rate', 1_000);
const SECONDS = option('seconds', 20);
const ROUNDS = option('rounds', 2);
const AS_MANY_AS_KAFKA_TAKES = Number.MAX_SAFE_INTEGER;
/** Volumes a second. */
const VOLUMES = option('volumes', AS_MANY_AS_KAFKA_TAKES);
/** Of an alert; the greater beside a flood that takes both cores. */
const P99_MS_MAX = VOLUMES === AS_MANY_AS_KAFKA_TAKES ? 1_000 : 250;
const DRAINED_WITHIN_MS = 180_000;
const TOPIC = 'visitor-volume.measured';
const VOLUMES_A_SEND = Math.min(1_000, Math.ceil(VOLUMES / 10));

/** Volume number `i` of a run, as a counter at a gate sends it. */
function volumeOf(i: number, run: string): string {
  const at = new Date(Date.now() - 60_000 + (i % 60_000)).toISOString();
  const data = { siteId: SITE, measuredAt: at, occupancy: 300 + (i % 500), zone: 'gate', entered: i % 40, left: i % 30, windowSeconds: 60 };
  return JSON.stringify({ specversion: '1.0', id: `${run}-${i}`, source: SOURCE, type: 'vn.vonggac.visitor-volume.measured.v1', time: at, datacontenttype: 'application/json', data });
}

/** The flood's own process: sends for so long as the incidents are published, and says how many it sent. */
async function pour(brokers: string, run: string): Promise<void> {
  const producer = new KafkaProducer(createKafka({ brokers: brokers.split(','), clientId: 'flood' }));
  let sent = 0;
  const start = performance.now();
  for (const end = start + (SECONDS + WARM_UP_SECONDS) * 1_000; performance.now() < end; ) {
    await pause(Math.max(0, start + (sent / VOLUMES) * 1_000 - performance.now()));
    await producer.send(TOPIC, Array.from({ length: VOLUMES_A_SEND }, () => ({ key: null, value: volumeOf(sent++, run), partition: 0 })));
    process.stdout.write(`${sent}\n`);
  }
  await producer.close();
}

interface Flood {
  sent(): number;
  ended: Promise<void>;
}

function startFlood(brokers: string, run: string): Flood {
  const child = spawn(process.execPath, [__filename, '--pour', brokers, run, '--seconds', String(SECONDS), '--volumes', String(VOLUMES)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let sent = 0;
  createInterface({ input: child.stdout }).on('line', (line) => (sent = Number(line)));
  return { sent: () => sent, ended };
}

async function main(): Promise<void> {
  const house = await openHouse('flood');
  const settled = (): Promise<number> => settledOf(house.database, TOPIC);
  /** The next round begins when the last one's volumes are stored: calm must be calm. */
  const drained = async (sent: number): Promise<void> => {
    for (const end = performance.now() + DRAINED_WITHIN_MS; (await settled()) < sent; await pause(200)) {
      if (performance.now() > end) throw new Error(`${await settled()} of ${sent} volumes were stored within ${DRAINED_WITHIN_MS / 1_000} s`);
    }
  };
  let sent = 0;
  try {
    const rounds = [];
    for (let round = 1; round <= ROUNDS; round++) {
      const calm = await measureSteady(house, { rate: RATE, seconds: SECONDS, run: `calm${round}` });
      const flood = startFlood(house.stack.kafkaBrokers, `flood${round}`);
      const flooded = await measureSteady(house, { rate: RATE, seconds: SECONDS, run: `flooded${round}` });
      const beside = (await settled()) - sent;
      await flood.ended;
      sent += flood.sent();
      rounds.push({ calm, flooded, volumesSent: flood.sent(), volumesStoredMeanwhile: beside });
      say(`round ${round}: alert p50/p99/max calm ${Object.values(calm.alertMs).join('/')} ms, flooded ${Object.values(flooded.alertMs).join('/')} ms; ${flood.sent()} volumes sent, ${beside} stored meanwhile`);
      await drained(sent);
    }
    const { problems } = await new CheckStore(house.database, shippedPolicies).check();
    if (problems.length > 0) throw new Error(`check: ${problems.join('; ')}`);
    const result = { name: 'flood', eventsPerSecond: RATE, ...(VOLUMES === AS_MANY_AS_KAFKA_TAKES ? {} : { volumesPerSecond: VOLUMES }), rounds };
    answer(result);
    if (rounds.some(({ flooded }) => flooded.alertMs.p99 > P99_MS_MAX)) {
      say(`not good enough: p99 of at most ${P99_MS_MAX} ms is asked for beside a flood`);
      process.exitCode = 1;
    }
  } finally {
    await house.close();
  }
}

const at = process.argv.indexOf('--pour');
void (at === -1 ? main() : pour(process.argv[at + 1] ?? '', process.argv[at + 2] ?? ''));
