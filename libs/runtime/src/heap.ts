import { setFlagsFromString } from 'node:v8';

/**
 * What Node is started with wherever a service is started (in the image by NODE_OPTIONS). Left to itself Node 24 lets the youngest objects
 * take 112 MiB (Node 20 and 22: 48), and what comes in batches fills whatever it is given: intake took 340 MiB in place of 240, at a speed that
 * could not be told apart (docs/performance.md, Memory).
 */
export const NODE_FLAGS: readonly string[] = ['--max-semi-space-size=8'];

/**
 * What a service's environment holds beside its settings (in the image by ENV). glibc gives each thread that allocates a pool of its own, and a buffer that one
 * thread asked for and another gave back leaves a hole in each: with one pool for all 16 MiB less under a steady load, and no slower (docs/performance.md, Memory).
 */
export const MALLOC_ENV = { MALLOC_ARENA_MAX: '1' } as const;

/**
 * What belongs to a batch lives just long enough to be taken for lasting: V8 would let such garbage grow to three times what lives before it looks.
 * A collection at each doubling costs some percent of speed and halves the memory (docs/performance.md, Memory). NODE_OPTIONS does not take this one.
 */
export function collectAtEachDoubling(): void {
  setFlagsFromString('--heap-growing-percent=100');
}
