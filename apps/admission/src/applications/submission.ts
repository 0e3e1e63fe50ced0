import type { FundingFacts } from '../allocation/funding-right.rules.js';
import type { SubmitApplicationDto } from './applications.dto.js';
import type { EntryFacts } from './entry.rules.js';

/** What an applicant states, as far as it decides on entry (R-ADM-02 to R-ADM-05, R-ADM-21). */
export function entryFactsOf(
  dto: Pick<SubmitApplicationDto, 'education' | 'studiedSecondary' | 'pupilGrade' | 'document'>,
): EntryFacts {
  const { education, studiedSecondary, pupilGrade, document } = dto;
  return {
    education,
    ...(studiedSecondary === undefined ? {} : { studiedSecondary }),
    ...(pupilGrade === undefined ? {} : { pupilGrade }),
    ...(document === undefined ? {} : { document: { ...document } }),
  };
}

/** The same of the right to a state-funded place (F-ADM-2). */
export function fundingFactsOf(
  dto: Pick<SubmitApplicationDto, 'heldQualifications' | 'studiesInSeveralProgrammes' | 'exemptByAct'>,
): FundingFacts {
  const { heldQualifications = [], studiesInSeveralProgrammes, exemptByAct } = dto;
  return {
    held: heldQualifications.map((held) => ({ ...held })),
    ...(studiesInSeveralProgrammes === undefined ? {} : { studiesInSeveralProgrammes }),
    ...(exemptByAct === undefined ? {} : { exemptByAct }),
  };
}
