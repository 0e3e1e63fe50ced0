import { invalid } from '@meistras/platform/errors/domain-error';
import type { Awards } from '../offerings/offering.rules.js';
import type { ApplicantGroup } from '../stages/stage.rules.js';
import type { ChosenOffering, Ineligible } from './application.rules.js';

/** General education gained so far. */
export const educations = ['NONE', 'BASIC', 'SECONDARY'] as const;
export type Education = (typeof educations)[number];

export const documentSources = ['LEARNER_REGISTER', 'UPLOAD'] as const;
export type DocumentSource = (typeof documentSources)[number];

/** Where the grades stand (R-ADM-21). */
export interface EducationDocument {
  source: DocumentSource;
  /** Year of leaving school. */
  leftIn: number;
  /** SHA-256 of an uploaded document. */
  documentHash?: string;
}

/** What decides which programmes a person may enter. */
export interface EntryFacts {
  education: Education;
  /** R-ADM-05: studied the secondary curriculum already. */
  studiedSecondary?: boolean;
  /** R-ADM-04: the grade that a pupil attends who applies for single modules; gymnasium classes I to IV are 9 to 12. */
  pupilGrade?: number;
  document?: EducationDocument;
}

/** The group whose windows count (section 2, StageWindow). */
export function groupOf({ education, pupilGrade }: EntryFacts): ApplicantGroup {
  if (pupilGrade !== undefined) return 'MODULE';
  return education === 'SECONDARY' ? 'WITH_SECONDARY' : 'WITHOUT_SECONDARY';
}

export interface EntryPolicy {
  /** R-ADM-02, in years. */
  basicOnlyBelow: number;
  /** R-ADM-03. */
  levelV: 'BASIC' | 'SECONDARY';
  /** R-ADM-04. */
  moduleGrades: readonly number[];
}

/** An applicant's age is known by the year alone. */
export interface EntryAge {
  birthYear: number;
  /** Year of the reference day of R-ADM-01. */
  year: number;
}

const rank: Record<Education, number> = { NONE: 0, BASIC: 1, SECONDARY: 2 };

/** R-ADM-03: the least education that a VET programme of this level asks for. */
export function leastEducation(eqfLevel: number, awards: Awards, levelV: EntryPolicy['levelV']): Education {
  if (eqfLevel <= 2 || awards === 'BASIC_AND_QUALIFICATION') return 'NONE';
  if (eqfLevel === 3 || (eqfLevel === 4 && awards === 'SECONDARY_AND_QUALIFICATION')) return 'BASIC';
  return eqfLevel === 5 ? levelV : 'SECONDARY';
}

/**
 * R-ADM-02 to R-ADM-05: why a listed preference cannot be entered, null when it can. It is kept and marked, as one without
 * the right to a state-funded place is. Higher programmes have rules of their own elsewhere.
 */
export function whyMayNotEnter(
  { kind, eqfLevel, awards, moduleCode }: Pick<ChosenOffering, 'kind' | 'eqfLevel' | 'awards' | 'moduleCode'>,
  { education, studiedSecondary, pupilGrade }: EntryFacts,
  { birthYear, year }: EntryAge,
  policy: EntryPolicy,
): Ineligible | null {
  const no = (rule: string, code: string, facts: Record<string, unknown>): Ineligible => ({ rule, code, facts });
  if (pupilGrade !== undefined || moduleCode !== '') {
    if (pupilGrade === undefined) return no('R-ADM-04', 'NOT_A_PUPIL', {});
    if (moduleCode === '') return no('R-ADM-04', 'ONLY_MODULES', { pupilGrade });
    return policy.moduleGrades.includes(pupilGrade) ? null : no('R-ADM-04', 'GRADE_NOT_ADMITTED', { pupilGrade });
  }
  if (kind === 'HIGHER') return null;
  if (year - birthYear < policy.basicOnlyBelow && awards !== 'BASIC_AND_QUALIFICATION')
    return no('R-ADM-02', 'ONLY_WITH_BASIC_EDUCATION', { below: policy.basicOnlyBelow });
  const least = leastEducation(eqfLevel, awards, policy.levelV);
  if (rank[education] < rank[least]) return no('R-ADM-03', 'EDUCATION_MISSING', { education, needed: least, eqfLevel });
  if (studiedSecondary === true && awards === 'SECONDARY_AND_QUALIFICATION')
    return no('R-ADM-05', 'SECONDARY_STUDIED', {});
  return null;
}

/**
 * R-ADM-21: grades of those who left school since the register has them come from there; earlier ones are uploaded.
 * Throws `invalid-document` with every fault.
 */
export function assertDocument(document: EducationDocument | undefined, registerSince: number): void {
  if (!document) return;
  const { source, leftIn, documentHash } = document;
  const fault = (name: string, code: string, message: string) => ({ pointer: `/document/${name}`, code, message });
  const expected = leftIn >= registerSince ? 'LEARNER_REGISTER' : 'UPLOAD';
  const faults = [
    ...(source === expected
      ? []
      : [fault('source', 'WRONG_SOURCE', `Grades of ${leftIn} come from ${expected} (R-ADM-21).`)]),
    ...(source === 'UPLOAD' && documentHash === undefined
      ? [fault('documentHash', 'HASH_MISSING', 'An uploaded document is named by its hash.')]
      : []),
  ];
  if (faults.length > 0) throw invalid('invalid-document', 'The education document has faults.', faults);
}
