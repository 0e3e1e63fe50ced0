import type { Fault } from '@meistras/platform/errors/domain-error';

/** A module on a supplement: marked, or recognised by a decision (R-LR-38). */
export interface SupplementModule {
  code?: string;
  name: string;
  credits: number;
  mark?: number;
  recognisedBy?: string;
}

/** The final assessment of competences (R-LR-20). */
export interface SupplementAssessment {
  assessedOn?: string;
  theoryPoints?: number;
  theoryMaximum?: number;
  practicalMark?: number;
  trainingMark?: number;
}

export interface SupplementFacts {
  qualification?: string;
  ltqfLevel?: number;
  credits?: number;
  studiedFrom?: string;
  studiedTo?: string;
  languageCode?: string;
  modules: SupplementModule[];
  assessment?: SupplementAssessment;
}

/** What is wrong with a supplement of a certificate that was issued on a day; none if it may stand. */
export function supplementFaults(facts: SupplementFacts, issuedOn: string): Fault[] {
  const { studiedFrom, studiedTo, modules, assessment = {} } = facts;
  const { assessedOn, theoryPoints, theoryMaximum } = assessment;
  const faults: Fault[] = [];
  const add = (pointer: string, code: string, message: string): number => faults.push({ pointer, code, message });
  if (studiedFrom !== undefined && studiedTo !== undefined && studiedTo < studiedFrom)
    add('/studiedTo', 'BEFORE_BEGINNING', 'The studies end before they begin.');
  if (studiedTo !== undefined && studiedTo > issuedOn)
    add('/studiedTo', 'AFTER_ISSUE', 'The studies end on the day of issue at the latest.');
  if (assessedOn !== undefined && assessedOn > issuedOn)
    add('/assessment/assessedOn', 'AFTER_ISSUE', 'The assessment is held on the day of issue at the latest.');
  if (theoryPoints !== undefined && theoryMaximum === undefined)
    add('/assessment/theoryMaximum', 'REQUIRED', 'Points say something beside their maximum alone.');
  if (theoryPoints !== undefined && theoryMaximum !== undefined && theoryPoints > theoryMaximum)
    add('/assessment/theoryPoints', 'ABOVE_MAXIMUM', 'There are more points than may be reached.');
  modules.forEach(({ mark, recognisedBy }, at) => {
    if (mark !== undefined && recognisedBy !== undefined)
      add(`/modules/${at}/mark`, 'RECOGNISED', 'A module that was recognised has no mark.');
  });
  return faults;
}
