import type { Fault } from '@meistras/platform/errors/domain-error';
import { searchKey } from '../learners/learner.rules.js';

export const categories = ['TEACHER', 'SENIOR', 'METHODOLOGIST', 'EXPERT'] as const;
export type Category = (typeof categories)[number];

/** The policy on the share of a full position that a post may have. */
export interface ShareLimits {
  min: number;
  max: number;
}

export function shareFaults(share: number, { min, max }: ShareLimits): Fault[] {
  if (share >= min && share <= max) return [];
  const message = `A post has between ${min} and ${max} of a full position.`;
  return [{ pointer: '/fullTimeShare', code: 'OUTSIDE_LIMITS', message }];
}

/** What tells whether two statements are about one person. */
export interface NamedPerson {
  givenName: string;
  familyName: string;
  birthOn: string;
}

/** The same person, however the names are typed: case and accents do not matter (registers.md, section 8). */
export function isSamePerson(one: NamedPerson, other: NamedPerson): boolean {
  const same = (a: string, b: string): boolean => searchKey(a) === searchKey(b);
  return (
    same(one.givenName, other.givenName) && same(one.familyName, other.familyName) && one.birthOn === other.birthOn
  );
}

/** Hours of professional development on a day. */
export interface DevelopmentHours {
  heldOn: string;
  hours: number;
}

export interface DevelopmentYear {
  year: number;
  hours: number;
  /** To two decimals; what is owed is compared in hours (R-ACC-54). */
  days: number;
}

/** Hours and days of each calendar year, oldest first (R-ACC-54: a day has 6 academic hours by default). */
export function developmentByYear(held: DevelopmentHours[], hoursOfDay: number): DevelopmentYear[] {
  const years = new Map<number, number>();
  for (const { heldOn, hours } of held) {
    const year = Number(heldOn.slice(0, 4));
    years.set(year, (years.get(year) ?? 0) + hours);
  }
  return [...years]
    .toSorted(([a], [b]) => a - b)
    .map(([year, hours]) => ({ year, hours, days: Math.round((hours / hoursOfDay) * 100) / 100 }));
}
