import { createHash } from 'node:crypto';

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

/**
 * Dense ranks of the hashes, 0 the best: the hashes are sorted once and never compared again.
 * Throws EqualLotteries when two are equal: then the run stops (section 8).
 */
export function lotteryRanks(hashes: readonly string[]): Uint32Array {
  // The first 48 bits fit a number exactly and decide nearly every comparison; the whole hash settles the rest.
  const prefixes = Float64Array.from(hashes, (hash) => Number.parseInt(hash.slice(0, 12), 16));
  const order = Uint32Array.from(hashes, (_, i) => i).sort(
    (a, b) => (prefixes[a] ?? 0) - (prefixes[b] ?? 0) || compareText(hashes[a] ?? '', hashes[b] ?? ''),
  );
  const ranks = new Uint32Array(hashes.length);
  order.forEach((index, rank) => {
    if (rank > 0 && hashes[order[rank - 1] ?? 0] === hashes[index]) {
      throw new EqualLotteries(`lottery ${hashes[index] ?? ''} was drawn twice`);
    }
    ranks[index] = rank;
  });
  return ranks;
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
