import { conflict, invalid } from '@meistras/platform/errors/domain-error';
import { isPublished } from '../stages/stage.rules.js';
import type { StageState } from '@meistras/contracts/events/admission/stage';

export const complaintStates = ['OPEN', 'UPHELD', 'REJECTED'] as const;
export type ComplaintState = (typeof complaintStates)[number];

export const complaintDecisions = ['UPHELD', 'REJECTED'] as const;
export type ComplaintDecision = (typeof complaintDecisions)[number];

interface Filing {
  stageState: StageState;
  /** The last day on which a complaint is taken. */
  lastDay: string;
  today: string;
  /** The place that the complaint is about; undefined when it is not on the list. */
  wanted: { rank: number } | undefined;
  /** Rank of the place that the applicant was invited to; null without one. */
  obtainedRank: number | null;
}

/** R-ADM-37: within the working days after the results, about a place that was listed above the own result. */
export function assertMayComplain({ stageState, lastDay, today, wanted, obtainedRank }: Filing): void {
  if (!isPublished({ state: stageState })) throw conflict('not-published', 'The results are not published yet.');
  if (today > lastDay) throw conflict('complaint-late', `Complaints were taken until ${lastDay} (R-ADM-37).`);
  const fault = (code: string, message: string) => [{ pointer: '/offeringId', code, message }];
  if (!wanted)
    throw invalid('invalid-complaint', 'It is not listed.', fault('NOT_LISTED', 'The list has no such option.'));
  if (obtainedRank !== null && wanted.rank >= obtainedRank)
    throw invalid('invalid-complaint', 'Nothing better is asked.', fault('NOT_BETTER', 'The own result is not worse.'));
}

/** Section 4: a complaint is decided once. The same decision again changes nothing. */
export function assertOpen({ state }: { state: ComplaintState }): void {
  if (state !== 'OPEN') throw conflict('complaint-decided', `The complaint is ${state} already.`);
}
