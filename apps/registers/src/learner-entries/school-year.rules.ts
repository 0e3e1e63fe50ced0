/** Days from the first on, before the one after the last; open while no end is known. */
export interface Period {
  validFrom: string;
  validTo: string | null;
}

/** A school year, as half-open as every period of the platform. */
export interface SchoolYear {
  firstDay: string;
  /** First day of the next school year. */
  nextFirstDay: string;
}

/**
 * F-REG-3 (R-REG-21): whether an entry belongs to a school year: they share a day. In national dates, which include the
 * last day, `from ≤ Y1 and (to is empty or to ≥ Y0)`; one that was cancelled before its first day has no day to share.
 */
export function belongsTo({ validFrom, validTo }: Period, { firstDay, nextFirstDay }: SchoolYear): boolean {
  if (validFrom >= nextFirstDay) return false;
  return validTo === null || (validTo > firstDay && validTo > validFrom);
}

/** The same of the columns of `alias`; the days are SQL. */
export const belongsToSql = (alias: string, { firstDay, nextFirstDay }: SchoolYear): string =>
  `${alias}.valid_from < ${nextFirstDay} AND (${alias}.valid_to IS NULL
    OR (${alias}.valid_to > ${firstDay} AND ${alias}.valid_to > ${alias}.valid_from))`;
