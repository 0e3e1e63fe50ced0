import { addDays } from '@meistras/platform/time/days';

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/**
 * F-REG-5: age in whole years on a day. `leapDay` (`MM-DD`, the policy parameter `reg.age.leapDay`) is the birthday, in
 * years without a 29 February, of whoever was born on one.
 */
export function ageOn(birthOn: string, day: string, leapDay: string): number {
  const year = Number(day.slice(0, 4));
  const born = birthOn.slice(5);
  const birthday = born === '02-29' && !isLeap(year) ? leapDay : born;
  return year - Number(birthOn.slice(0, 4)) - (day.slice(5) < birthday ? 1 : 0);
}

/** Age groups of figures, oldest first, by their least age; codes as Eurostat writes them. */
export const ageGroups = [
  { code: 'Y_GE50', from: 50 },
  { code: 'Y40-49', from: 40 },
  { code: 'Y30-39', from: 30 },
  { code: 'Y25-29', from: 25 },
  { code: 'Y20-24', from: 20 },
  { code: 'Y18-19', from: 18 },
  { code: 'Y16-17', from: 16 },
  { code: 'Y_LT16', from: 0 },
] as const;

/**
 * The birth dates with which every age group but the oldest begins on a day, in the order of the groups: whoever was born
 * before the first of them is of the oldest group.
 */
export function groupsBornFrom(day: string, leapDay: string): string[] {
  return ageGroups.slice(0, -1).map(({ from }) => addDays(lastBirthOf(from, day, leapDay), 1));
}

/** The last birth date of those who are of an age on a day. */
function lastBirthOf(age: number, day: string, leapDay: string): string {
  const year = String(Number(day.slice(0, 4)) - age).padStart(4, '0');
  // From two days later on, since there may have been no such day in that year.
  let born = addDays(`${year}-${day.slice(5, 7)}-01`, Number(day.slice(8)) + 1);
  while (ageOn(born, day, leapDay) < age) born = addDays(born, -1);
  return born;
}
