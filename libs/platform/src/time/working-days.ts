import { addDays, dayAt, dayNumber } from './days.js';

/** Days of the year on which nobody works (Labour Code of Lithuania, Article 123). */
const holidays: ReadonlySet<string> = new Set([
  '01-01',
  '02-16',
  '03-11',
  '05-01',
  '06-24',
  '07-06',
  '08-15',
  '11-01',
  '11-02',
  '12-24',
  '12-25',
  '12-26',
]);

/** The day that lies so many working days after a day, which is not counted itself. */
export function addWorkingDays(day: string, count: number): string {
  let [last, left] = [day, count];
  while (left > 0) {
    last = addDays(last, 1);
    if (isWorkingDay(last)) left -= 1;
  }
  return last;
}

export function isWorkingDay(day: string): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  const isWeekend = weekday === 0 || weekday === 6;
  // Easter Sunday is one anyhow; its Monday is the day after.
  return !isWeekend && !holidays.has(day.slice(5)) && addDays(easterOf(Number(day.slice(0, 4))), 1) !== day;
}

/** Easter Sunday of the Gregorian calendar (the anonymous algorithm, Nature 1876). */
function easterOf(year: number): string {
  const [a, b, c] = [year % 19, Math.floor(year / 100), year % 100];
  const f = Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3);
  const h = (19 * a + b - Math.floor(b / 4) - f + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const afterMarch = h + l - 7 * m + 22;
  return dayAt(dayNumber(`${year}-03-01`) + afterMarch - 1);
}
