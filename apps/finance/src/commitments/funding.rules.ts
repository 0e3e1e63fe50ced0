import { addDays, dayAt, dayNumber, sharedDays } from '@meistras/platform/time/days';

/** Funds for one credit, in cents, from a day on until the next rate. */
export interface Rate {
  amountMinor: number;
  validFrom: string;
}

/** The training that is funded: whole credits, evenly over its days (R-FIN-05). Both days are days of training. */
export interface FundedTraining {
  credits: number;
  startsOn: string;
  plannedEndOn: string;
}

export interface YearFunding {
  /** Hundredths of a credit that fall in the year. */
  creditsHundredths: number;
  amountMinor: number;
}

/**
 * Splits a whole number over weights so that the parts add up: every part rounded down, the missing units to the largest
 * fractions, ties to the earlier part (R-FIN-35, F-FIN-5).
 */
export function splitByLargestRemainder(total: number, weights: number[]): number[] {
  const sum = weights.reduce((all, weight) => all + BigInt(weight), 0n);
  if (sum === 0n) return weights.map(() => 0);
  const exact = weights.map((weight) => BigInt(total) * BigInt(weight));
  const parts = exact.map((share) => share / sum);
  let left = BigInt(total) - parts.reduce((all, part) => all + part, 0n);
  const byFraction = exact
    .map((share, at) => ({ at, fraction: share % sum }))
    .sort((a, b) => Number(b.fraction - a.fraction) || a.at - b.at);
  for (const { at } of byFraction) {
    if (left === 0n) break;
    parts[at] = (parts[at] ?? 0n) + 1n;
    left -= 1n;
  }
  return parts.map(Number);
}

/** Credits by calendar year in hundredths, by planned days, adding up to the whole (F-LR-8, F-FIN-3). */
export function creditsByYear({ credits, startsOn, plannedEndOn }: FundedTraining): Map<number, number> {
  const years: number[] = [];
  for (let year = Number(startsOn.slice(0, 4)); year <= Number(plannedEndOn.slice(0, 4)); year += 1) years.push(year);
  const days = years.map((year) => sharedDays(startsOn, plannedEndOn, `${year}-01-01`, `${year}-12-31`));
  const parts = splitByLargestRemainder(credits * 100, days);
  return new Map(years.map((year, i) => [year, parts[i] ?? 0]));
}

/**
 * F-FIN-1: funds of a calendar year = Σ over rate periods of (credits falling in the period × rate), rounded half up once
 * at the end. A credit is paid at the rate of the day it falls [PP fin.rate.on = FALLING_DAY]. Returns null when a day of
 * training has no rate.
 */
export function fundingOfYear(training: FundedTraining, year: number, rates: Rate[]): YearFunding | null {
  const creditsHundredths = creditsByYear(training).get(year) ?? 0;
  const from = training.startsOn > `${year}-01-01` ? training.startsOn : `${year}-01-01`;
  const to = training.plannedEndOn < `${year}-12-31` ? training.plannedEndOn : `${year}-12-31`;
  if (from > to) return { creditsHundredths: 0, amountMinor: 0 };
  const ordered = [...rates].sort((a, b) => a.validFrom.localeCompare(b.validFrom));
  if (!ordered[0] || ordered[0].validFrom > from) return null;
  const days = ordered.map((rate, i) =>
    sharedDays(from, to, rate.validFrom, dayBefore(ordered[i + 1]?.validFrom) ?? to),
  );
  const totalDays = BigInt(dayNumber(to) - dayNumber(from) + 1);
  // Σ credits/100 × days/totalDays × rate, kept as one fraction until the single rounding.
  const numerator = ordered.reduce(
    (sum, rate, i) => sum + BigInt(creditsHundredths) * BigInt(days[i] ?? 0) * BigInt(rate.amountMinor),
    0n,
  );
  return { creditsHundredths, amountMinor: Number(roundHalfUp(numerator, 100n * totalDays)) };
}

function dayBefore(day: string | undefined): string | undefined {
  return day === undefined ? undefined : dayAt(dayNumber(day) - 1);
}

function roundHalfUp(numerator: bigint, denominator: bigint): bigint {
  return (2n * numerator + denominator) / (2n * denominator);
}

/**
 * What stays committed when the learner's last day is `endedOn`: credits that would fall later are reversed, by days
 * [PP fin.leaving = BY_DAY] (R-FIN-11). Kept and reversed part add up to the cent (R-FIN-12, F-FIN-4).
 */
export function keptOnLeaving(amountMinor: number, training: FundedTraining, year: number, endedOn: string): number {
  const kept = sharedDays(
    training.startsOn,
    training.plannedEndOn,
    `${year}-01-01`,
    endedOn < `${year}-12-31` ? endedOn : `${year}-12-31`,
  );
  const all = sharedDays(training.startsOn, training.plannedEndOn, `${year}-01-01`, `${year}-12-31`);
  return splitByLargestRemainder(amountMinor, [kept, all - kept])[0] ?? 0;
}

/** The day before training: whose agreement was cancelled keeps nothing (R-FIN-13). */
export function beforeStart({ startsOn }: FundedTraining): string {
  return addDays(startsOn, -1);
}
