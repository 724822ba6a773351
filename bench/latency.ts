/**
 * How long it takes from publishing an incident until it is stored, and until its alert is at the police's receiver, at several rates in one run:
 * intake and dispatch as processes from the build, a real Kafka and Postgres, a receiver that answers at once. bench/README.md says more.
 */
import 'reflect-metadata';
import { CheckStore } from '@vong-gac/database';
import { shippedPolicies } from '@vong-gac/policy';
import { cpuSeconds, peakResidentMiB } from './figures';
import { answer, option, say } from './stage';
import { ALERTS_PER_SECOND, measureSteady, openHouse, type SteadyFigures } from './steady';

const SECONDS = option('seconds', 30);
const GOAL_RATE = 1_000;
/** Half of what `intake` says of the limit on this machine. */
const HALF_LIMIT = option('half-limit', 15_000);
const RATES = process.argv.includes('--rate') ? [option('rate', GOAL_RATE)] : [100, GOAL_RATE, HALF_LIMIT];
const P99_MS_MAX = 250;

async function main(): Promise<void> {
  const house = await openHouse('latency');
  try {
    const { intake, dispatch } = house.services;
    const series: (SteadyFigures & { cores: { intake: number; dispatch: number } })[] = [];
    for (const rate of RATES) {
      say(`${rate} events/s for 5 + ${SECONDS} s, ${ALERTS_PER_SECOND} alerts a second`);
      const before = { intake: cpuSeconds(intake.pid), dispatch: cpuSeconds(dispatch.pid), at: performance.now() };
      const figures = await measureSteady(house, { rate, seconds: SECONDS, run: `latency${rate}` });
      const cores = (pid: number, from: number): number => Number((((cpuSeconds(pid) - from) * 1_000) / (performance.now() - before.at)).toFixed(2));
      series.push({ ...figures, cores: { intake: cores(intake.pid, before.intake), dispatch: cores(dispatch.pid, before.dispatch) } });
      say(`  stored p50 ${figures.storedMs.p50}, p99 ${figures.storedMs.p99}, max ${figures.storedMs.max} ms; alert p50 ${figures.alertMs.p50}, p99 ${figures.alertMs.p99}, max ${figures.alertMs.max} ms`);
    }
    const { problems } = await new CheckStore(house.database, shippedPolicies).check();
    if (problems.length > 0) throw new Error(`check: ${problems.join('; ')}`);
    const rssMiB = { intake: Math.round(peakResidentMiB(intake.pid)), dispatch: Math.round(peakResidentMiB(dispatch.pid)) };
    const result = { name: 'latency', series, rssMiB };
    answer(result);
    const goal = series.find(({ eventsPerSecond }) => eventsPerSecond === GOAL_RATE);
    if (goal && Math.max(goal.alertMs.p99, goal.storedMs.p99) > P99_MS_MAX) {
      say(`not good enough: p99 of at most ${P99_MS_MAX} ms is asked for at ${GOAL_RATE} events/s`);
      process.exitCode = 1;
    }
  } finally {
    await house.close();
  }
}

void main();
