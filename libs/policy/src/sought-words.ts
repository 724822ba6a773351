import { plainUnitOf } from '@vong-gac/domain';

/**
 * A quick no for every `says` at once: most descriptions hold none of the words that any condition seeks, and hundreds are sought for each event. One walk over
 * the text, without making a string, asks of each word, and of each two that follow each other, whether some sought words begin so. What it lets
 * pass may still be false (words are told by a hash); what it stops is not there.
 *
 * Filled while conditions are read, for all policies of the process: more words in it let more texts pass, and change nothing else.
 */
export class SoughtWords {
  private readonly bits = new Uint32Array(BITS / 32);
  /** Something was sought that is not made of a to z and 0 to 9 only: nothing is stopped then. */
  private stopsNothing = false;

  /** @param plain as `plainWords` writes it, without the spaces at its ends */
  add(plain: string): void {
    const [first = '', second] = plain.split(' ');
    if (!/^[a-z0-9 ]+$/.test(plain)) this.stopsNothing = true;
    else this.set(second === undefined ? hashOf(first) : pair(hashOf(first), hashOf(second)));
  }

  mayStandIn(text: string): boolean {
    if (this.stopsNothing) return true;
    let [before, hash, inWord] = [0, SEED, false];
    for (let i = 0; i <= text.length; i++) {
      const unit = i < text.length ? plainUnitOf(text.charCodeAt(i)) : SPACE;
      if (unit === NO_TRACE) continue;
      if ((unit >= LOWER_A && unit <= LOWER_Z) || (unit >= ZERO && unit <= NINE)) {
        hash = step(hash, unit);
        inWord = true;
      } else if (inWord) {
        if (this.has(hash) || this.has(pair(before, hash))) return true;
        [before, hash, inWord] = [hash, SEED, false];
      }
    }
    return false;
  }

  private set(hash: number): void {
    const at = hash & (BITS - 1);
    this.bits[at >>> 5] = (this.bits[at >>> 5] ?? 0) | (1 << (at & 31));
  }

  private has(hash: number): boolean {
    const at = hash & (BITS - 1);
    return ((this.bits[at >>> 5] ?? 0) & (1 << (at & 31))) !== 0;
  }
}

/** 32 KiB: with the thousand beginnings that the built-in policy seeks, one description in six passes by chance. */
const BITS = 2 ** 18;
const [SPACE, ZERO, NINE, LOWER_A, LOWER_Z] = [0x20, 0x30, 0x39, 0x61, 0x7a];
const NO_TRACE = 0;
/** FNV-1a. */
const SEED = 0x811c9dc5 | 0;
const step = (hash: number, unit: number): number => Math.imul(hash ^ unit, 0x01000193);
const hashOf = (word: string): number => [...word].reduce((hash, each) => step(hash, each.charCodeAt(0)), SEED);
const pair = (first: number, second: number): number => Math.imul(first, 31) ^ second;
