const dayMs = 86_400_000;

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
