import { LOTTERY_SPAN } from './allocation-problem.js';

/**
 * The rank key of R-ADM-24: tier, score descending, criteria in listed order, lottery. Tier, score and criteria are
 * packed into 31 bits ("merit"), so that one comparison of numbers compares the parts from left to right.
 */
export interface KeyParts {
  /** 0 is the first tier [PP adm.tier = none]. */
  readonly tier: number;
  /** F-ADM-1 in ten-thousandths, 0 to 100000. */
  readonly score: number;
  /** Bit 11 is the first listed criterion; a set bit means the criterion is met (R-ADM-25). */
  readonly criteriaMet: number;
  readonly lotteryRank: number;
}

export const MOST_TIERS = 4;
export const TOP_SCORE = 100_000;
export const MOST_CRITERIA = 12;
const TIER_WEIGHT = 2 ** 29;
const CRITERIA_SPAN = 2 ** MOST_CRITERIA;

export const packMerit = (parts: Omit<KeyParts, 'lotteryRank'>): number =>
  parts.tier * TIER_WEIGHT + (TOP_SCORE - parts.score) * CRITERIA_SPAN + (CRITERIA_SPAN - 1 - parts.criteriaMet);

export const packKey = (merit: number, lotteryRank: number): number => merit * LOTTERY_SPAN + lotteryRank;

export function unpackMerit(merit: number): Omit<KeyParts, 'lotteryRank'> {
  const afterTier = merit % TIER_WEIGHT;
  return {
    tier: Math.floor(merit / TIER_WEIGHT),
    score: TOP_SCORE - Math.floor(afterTier / CRITERIA_SPAN),
    criteriaMet: CRITERIA_SPAN - 1 - (afterTier % CRITERIA_SPAN),
  };
}

export const unpackKey = (key: number): KeyParts => ({
  ...unpackMerit(Math.floor(key / LOTTERY_SPAN)),
  lotteryRank: key % LOTTERY_SPAN,
});

/** The bit of the criterion at this place of the ordered list. */
export const criterionBit = (place: number): number => 1 << (MOST_CRITERIA - 1 - place);
