import type { Actor } from '@meistras/platform/auth/actor';
import { missing } from '@meistras/platform/errors/domain-error';
import type { Grade } from '../allocation/score.rules.js';
import type { Application } from './application.entity.js';
import { offeringClosed } from './application.rules.js';
import type { ApplicationDto, GradeDto, HeldQualificationDto, PreferenceDto } from './applications.dto.js';
import type { PreferenceRow } from './applications.queries.js';

/** An application with the institution that registered the learner. */
export type SeenApplication = Application & { registeredBy: string | null };

/** Who registered the learner, and the ministry, may write the application and see all of it. */
export function writes(by: Actor, registeredBy: string | null): boolean {
  return by.national || (registeredBy !== null && by.actsFor(registeredBy));
}

/** Who may write for an applicant, and the person whom the token names: who decides on lists, places and complaints. */
export function decidesFor(by: Actor, applicant: { learnerId: string; registeredBy: string | null }): boolean {
  return by.subject === applicant.learnerId || writes(by, applicant.registeredBy);
}

/** The application if the caller decides for the applicant; throws `missing` otherwise. */
export function mustDecide<A extends SeenApplication>(by: Actor, application: A | undefined): A {
  if (!application || !decidesFor(by, application)) throw missing('application');
  return application;
}

/** Grades and facts come from a client that answers for them, not from the person whom they judge. */
export function mustWrite(by: Actor, registeredBy: string | null): void {
  if (!writes(by, registeredBy)) throw missing('application');
}

/** What the caller may see of an application: null, its own offerings' part, or all. */
export function toApplicationDto(
  application: SeenApplication,
  preferences: PreferenceRow[],
  by: Actor,
): ApplicationDto | null {
  const all = decidesFor(by, application);
  const seen = all ? preferences : preferences.filter(({ institutionId }) => by.actsFor(institutionId));
  if (!all && (seen.length === 0 || application.state === 'WITHDRAWN')) return null;
  const { id, version, stageId, year, learnerId, state, examResults, scoreFormula } = application;
  const { applicantGroup, needs, ordered, criteria, entryFacts } = application;
  return {
    ...{ id, version, stageId, year, learnerId, state, examResults, scoreFormula },
    ...{ applicantGroup, needs, ordered, criteria, education: entryFacts.education },
    grades: application.grades.map(toGradeDto),
    score: application.score / 10_000,
    ...(all
      ? { heldQualifications: application.fundingFacts.held.map((held): HeldQualificationDto => ({ ...held })) }
      : {}),
    preferences: seen.map(toPreferenceDto),
    submittedAt: application.submittedAt.toISOString(),
    recordedAt: application.recordedAt.toISOString(),
  };
}

function toPreferenceDto(row: PreferenceRow): PreferenceDto {
  const { rank, offeringId, institutionId, fundingType, suitability } = row;
  const ineligible = row.offeringState === 'CLOSED' ? offeringClosed : row.ineligible;
  return {
    ...{ rank, offeringId, institutionId, fundingType, suitability },
    standing: ineligible === null ? 'ELIGIBLE' : 'INELIGIBLE',
    ...(ineligible === null ? {} : { ineligible }),
  };
}

const toGradeDto = (grade: Grade): GradeDto => ({ ...grade });
