import { conflict, invalid } from '@meistras/platform/errors/domain-error';

/**
 * Last planned day of training: as many whole months as the credits take at `creditsPerYear` credits a year, rounded up,
 * from the first teaching day [PP adm.agreement.creditsPerYear = 60].
 */
export function plannedEndOf(startsOn: string, credits: number, creditsPerYear: number): string {
  const months = Math.ceil((credits * 12) / creditsPerYear);
  const [year = 0, month = 1, day = 1] = startsOn.split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const lastOfMonth = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(day, lastOfMonth));
  first.setUTCDate(first.getUTCDate() - 1);
  return first.toISOString().slice(0, 10);
}

interface Terms {
  state: 'SIGNED' | 'TERMINATED';
  startsOn: string;
}

/** R-ADM-34: an agreement ends here only before teaching starts; later it is the enrolment that ends. */
export function assertMayTerminate(
  { state, startsOn }: Terms,
  terminatedOn: string,
  days: { signedOn: string; today: string },
): void {
  if (state === 'TERMINATED') throw conflict('agreement-terminated', 'The agreement is terminated already.');
  if (terminatedOn >= startsOn)
    throw conflict('teaching-started', `Teaching starts on ${startsOn}: the enrolment is ended instead (R-ADM-34).`);
  const fault = (code: string, message: string) => {
    throw invalid('invalid-termination', message, [{ pointer: '/terminatedOn', code, message }]);
  };
  if (terminatedOn < days.signedOn) fault('BEFORE_SIGNING', `The agreement was signed on ${days.signedOn}.`);
  if (terminatedOn > days.today) fault('IN_FUTURE', `Today is ${days.today}.`);
}
