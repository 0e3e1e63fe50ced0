import { hash } from 'node:crypto';
import { LOTTERY_SPAN } from './allocation-problem.js';

/** What is published when the stage opens: SHA-256(seed) in hex (F-ADM-3). */
export const seedCommitment = (seed: string): string => sha256(seed);

/** P9: does the seed revealed with the results fit the commitment published before the first deadline? */
export const seedFits = (seed: string, commitment: string): boolean =>
  seedCommitment(seed) === commitment.toLowerCase();

/** F-ADM-3: SHA-256(seed "|" stageId "|" applicationId) in hex; the lower one comes first. */
export const lotteryHash = (seed: string, stageId: string, applicationId: string): string =>
  sha256(`${seed}|${stageId}|${applicationId}`);

/** A public draw held after LOCKED may be appended to the seed [PP adm.lottery.publicDraw = false]. */
export const seedWithPublicDraw = (seed: string, publicDraw: string): string => seed + publicDraw;

export class EqualLotteries extends Error {
  readonly code = 'EQUAL_LOTTERIES';
}

/** The draw of a run: who comes first, and the hashes that say so. */
export class Draw {
  /** [applicant] dense rank, 0 the best. */
  readonly ranks: Uint32Array;
  /** [rank] the applicant. */
  private readonly order: Uint32Array;

  /** Takes the hashes in the order of the applicants, 32 bytes each. Throws EqualLotteries (section 8: the run stops). */
  constructor(private readonly hashes: Uint8Array) {
    this.order = bestFirst(hashes);
    this.ranks = new Uint32Array(this.order.length);
    this.order.forEach((applicant, rank) => (this.ranks[applicant] = rank));
  }

  hashOf(rank: number): string {
    return Buffer.from(hashAt(this.hashes, this.order[rank]!)).toString('hex');
  }
}

/** Draws for the applications in their order. */
export function draw(seed: string, stageId: string, applicationIds: readonly string[]): Draw {
  const hashes = new Uint8Array(HASH_BYTES * applicationIds.length);
  applicationIds.forEach((id, i) => {
    hashes.set(Buffer.from(lotteryHash(seed, stageId, id), 'hex'), HASH_BYTES * i);
  });
  return new Draw(hashes);
}

export const HASH_BYTES = 32;
const hashAt = (hashes: Uint8Array, i: number): Uint8Array =>
  hashes.subarray(HASH_BYTES * i, HASH_BYTES * i + HASH_BYTES);

/**
 * Applicants from the lowest hash to the highest. The first 31 bits of a hash and the applicant's number make one exact
 * double, so that sorting compares numbers; only the few hashes that begin alike are compared whole.
 */
function bestFirst(hashes: Uint8Array): Uint32Array {
  const count = hashes.length / HASH_BYTES;
  if (count > LOTTERY_SPAN) throw new RangeError(`more than ${LOTTERY_SPAN} applicants`);
  const bytes = new DataView(hashes.buffer, hashes.byteOffset, hashes.byteLength);
  const keys = new Float64Array(count);
  for (let i = 0; i < count; i++) keys[i] = (bytes.getUint32(HASH_BYTES * i) >>> 1) * LOTTERY_SPAN + i;
  keys.sort();
  const beginning = (key: number): number => Math.floor(key / LOTTERY_SPAN);
  const order = Uint32Array.from(keys, (key) => key % LOTTERY_SPAN);
  for (let from = 0, to = 1; from < count; from = to++) {
    while (to < count && beginning(keys[to]!) === beginning(keys[from]!)) to++;
    if (to - from > 1) order.subarray(from, to).sort((x, y) => compareWhole(hashes, x, y));
  }
  return order;
}

function compareWhole(hashes: Uint8Array, x: number, y: number): number {
  const difference = Buffer.compare(hashAt(hashes, x), hashAt(hashes, y));
  if (difference === 0) throw new EqualLotteries(`the lotteries of applicants ${x} and ${y} are equal`);
  return difference;
}

const sha256 = (text: string): string => hash('sha256', text);
