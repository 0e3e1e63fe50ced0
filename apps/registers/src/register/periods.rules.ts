import { isDeepStrictEqual } from 'node:util';

/** What is believed to hold from `validFrom` until the day before `validTo`; null is open. */
export interface Believed<Facts> {
  validFrom: string;
  validTo: string | null;
  facts: Facts;
}

export interface Revision<P, Facts> {
  /** No longer believed as they stand. */
  superseded: P[];
  /** What is left of them before the new facts, as it was stated then. */
  left: P[];
  /** Believed instead. */
  begun: Believed<Facts>;
}

/**
 * Facts that hold from a day on until the next later period begins (or, within a period that ends, until its end). What
 * stood there before is no longer believed; what stood beside it is believed still. `periods` do not overlap, oldest first.
 */
export function revise<Facts, P extends Believed<Facts>>(periods: P[], from: string, facts: Facts): Revision<P, Facts> {
  const there = periods.find((period) => covers(period, from));
  const next = periods.find((period) => period.validFrom > from);
  const to = there ? there.validTo : (next?.validFrom ?? null);
  return {
    superseded: there ? [there] : [],
    left: there && there.validFrom < from ? [{ ...there, validTo: from }] : [],
    begun: { validFrom: from, validTo: to, facts },
  };
}

export function covers({ validFrom, validTo }: Omit<Believed<unknown>, 'facts'>, day: string): boolean {
  return validFrom <= day && (validTo === null || day < validTo);
}

/** The period that an entry shows on a day: the one that covers it, else the last before it, else the first. */
export function shownOn<P extends Omit<Believed<unknown>, 'facts'>>(periods: P[], day: string): P | undefined {
  return (
    periods.find((period) => covers(period, day)) ??
    periods.findLast((period) => period.validFrom <= day) ??
    periods.at(0)
  );
}

type FactsByName = Record<string, unknown>;

/** Facts as JSON says them, so that what was read back from the database equals what was stored. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

/** Names of facts that differ, in alphabetical order. What is left out is as null. */
export function namesOfChanged(before: FactsByName, after: FactsByName): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => before[name] !== after[name] && !isDeepStrictEqual(asJson(before[name]), asJson(after[name])))
    .toSorted();
}
