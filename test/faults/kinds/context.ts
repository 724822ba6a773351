import type { Random } from '../../../apps/cli/src/random';
import type { House } from '../house';
import type { Resorts } from '../resorts';

/** What a fault is given to break. */
export interface Scene {
  house: House;
  resorts: Resorts;
}

/** One kind of fault. Two that need the same thing happen one after the other; all others may overlap. */
export interface Kind {
  name: string;
  /** How long after its end an alert may still be late (I5): 10 s after the death of a process, 20 s after Postgres or Kafka is back. */
  allowMs: number;
  /** Decides everything by chance before anything happens, so that the same seed gives the same fault. */
  plan(random: Random): { needs: string; does: (scene: Scene) => Promise<Done> };
}

/** What truly happened. `instead`: another kind than planned, and counted as that (no work came to a kill point: its process was only restarted). */
export interface Done {
  detail: string;
  instead?: string;
  endedAt?: number;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const PROCESS_MS = 10_000;
export const AWAY_MS = 20_000;
