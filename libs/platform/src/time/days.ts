const dayMs = 86_400_000;

/** Not the year 0, which no calendar of history has, nor the database. */
const shape = /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/** Whether the text is a day that the calendar has, `YYYY-MM-DD`. */
export function isDay(value: unknown): value is string {
  if (typeof value !== 'string' || !shape.test(value)) return false;
  const day = Number(value.slice(8));
  // Every month has 28 days. The calendar is asked for the others alone: of a million rows that takes its time.
  return day <= 28 || new Date(`${value}T00:00:00Z`).getUTCDate() === day;
}

/** Days since 1970-01-01 of a day `YYYY-MM-DD`. */
export function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / dayMs;
}

export function dayAt(number: number): string {
  return new Date(number * dayMs).toISOString().slice(0, 10);
}

export function addDays(day: string, days: number): string {
  return dayAt(dayNumber(day) + days);
}

/** How many days two periods share; both ends included. */
export function sharedDays(aFrom: string, aTo: string, bFrom: string, bTo: string): number {
  return Math.max(0, Math.min(dayNumber(aTo), dayNumber(bTo)) - Math.max(dayNumber(aFrom), dayNumber(bFrom)) + 1);
}
