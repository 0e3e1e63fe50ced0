/** What retention is counted from. */
export interface Kept {
  /** First day of the register's knowledge of the person. */
  registeredOn: string;
  /** First days after the enrolments of a learner, or the posts of a member of staff; null for one that is open. */
  ends: (string | null)[];
}

/**
 * First day on which a person's data may be erased: so many years after the last enrolment or post ended, or, without one,
 * after the registration. Undefined while one is open. `years` is the policy parameter `reg.retention.learner` or
 * `reg.retention.staff`.
 */
export function retainedUntil({ registeredOn, ends }: Kept, years: number): string | undefined {
  if (ends.includes(null)) return undefined;
  const last = (ends as string[]).reduce((a, b) => (a > b ? a : b), registeredOn);
  const [year = '', month, day] = last.split('-');
  const later = String(Number(year) + years).padStart(4, '0');
  // 29 February counts as 1 March in other years [reg.age.leapDay].
  const leap = new Date(Date.UTC(Number(later), 1, 29)).getUTCMonth() === 1;
  return month === '02' && day === '29' && !leap ? `${later}-03-01` : `${later}-${month}-${day}`;
}
