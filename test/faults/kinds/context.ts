import type { Random } from '../../../apps/cli/src/random';
import type { Cable } from '../../support/tcp-proxy';
import type { Fault, Part } from '../history';
import type { House } from '../house';
import type { Resorts } from '../resorts';
import type { RoundLog } from '../round-log';
import type { Witness } from '../witness';

/** What a fault is given to break. */
export interface Scene {
  house: House;
  resorts: Resorts;
  log: RoundLog;
  witness: Witness;
}

/** One kind of fault. Two that need a thing in common happen one after the other; all others may overlap. */
export interface Kind {
  name: string;
  breaks: readonly Part[];
  /** How long after its end an alert may still be late (I5): 10 s after the death of a process, 20 s after Postgres or Kafka is back. */
  allowMs: number;
  repeats?: Fault['repeats'];
  light?: true;
  cable?: true;
  /** Decides everything by chance before anything happens, so that the same seed gives the same fault. */
  plan(random: Random): { needs: readonly string[]; does: (scene: Scene) => Promise<Done> };
}

/** What truly happened. */
export interface Done extends Pick<Fault, 'removed' | 'receiverId' | 'off' | 'wrong' | 'repeats'> {
  detail: string;
  /** Another kind than planned, and counted as that (no work came to a kill point: its process was only restarted). */
  instead?: string;
  /** When what it breaks was broken, if not from the beginning: what led to it, a graceful restart, is a fault of its own, and over before. */
  at?: number;
  prelude?: Pick<Fault, 'kind' | 'endedAt'>;
  endedAt?: number;
  /** It could not be done here, which is said and not counted. */
  impossible?: true;
}

/** Both intakes, the guest, and all that they lean on: what must be left alone while it is shown what intake alone does. */
export const INTAKE_ALONE = ['intake 0', 'intake 1', 'guest', 'postgres', 'cable to Postgres', 'cable to Kafka'] as const;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** @returns what happened */
export async function broken(cable: Cable, ms: number, apply: () => void): Promise<string> {
  apply();
  await pause(ms);
  cable.restore();
  return `for ${ms} ms`;
}

/** Answers are held back, and then the connections go: were the cable restored before, the answers would come late. @returns what happened */
export async function answersLost(cable: Cable, ms: number): Promise<string> {
  cable.halfOpen('answers');
  await pause(ms);
  cable.cut();
  cable.restore();
  return `for ${ms} ms, then reset`;
}

export const PROCESS_MS = 10_000;
export const AWAY_MS = 20_000;
