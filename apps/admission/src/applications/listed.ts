import type { EntityManager } from 'typeorm';
import type { ApplicationSubmittedV1 } from '@meistras/contracts/events/admission/application';
import type { EventClass } from '@meistras/contracts/event';
import type { Actor } from '@meistras/platform/auth/actor';
import { tableOf } from '@meistras/platform/database/rows';
import { storeTogether } from '@meistras/platform/database/writes';
import type { Insert, Part, Replacement } from '@meistras/platform/database/writes';
import { announce } from '@meistras/platform/outbox/outbox';
import type { Announcement } from '@meistras/platform/outbox/outbox';
import type { Stage } from '../stages/stages.service.js';
import { openFindings, standingFindingsOf } from '../suitability/suitability.service.js';
import type { Finding } from '../suitability/suitability.service.js';
import { assertListable, assertWithinLimit } from './application.rules.js';
import type { Choice } from './application.rules.js';
import { toApplicationDto } from './application.view.js';
import type { SeenApplication } from './application.view.js';
import type { ApplicationDto } from './applications.dto.js';
import { dropLists, writeLists } from './applications.queries.js';
import type { Applicant, PreferenceRow } from './applications.queries.js';
import type { WantedOfferings } from './eligibility.service.js';
import { Preference } from './preference.entity.js';

/** An application with the list that is stored with it, and who does. */
export interface Listed {
  application: SeenApplication;
  preferences: Preference[];
  by: Actor;
  /** Of the request that it comes from. */
  traceparent: string | undefined;
}

/** The list of an application as it is stored; throws with every fault of the choices. */
export function judgedList(
  application: SeenApplication,
  choices: Choice[],
  { stage, applicant, offerings }: { stage: Stage; applicant: Applicant; offerings: WantedOfferings },
): Preference[] {
  assertWithinLimit(choices, stage.preferenceLimit, stage.limitBasis);
  const judged = offerings.judgedFor(application, applicant, offeringsOf(choices));
  assertListable(choices, judged);
  return choices.map(({ offeringId, fundingType }, i) => {
    const { id, institutionId, mayNotEnter, notFunded } = judged.get(offeringId.toLowerCase())!;
    const ineligible = mayNotEnter ?? (fundingType === 'VF' ? notFunded : null);
    return { applicationId: application.id, rank: i + 1, offeringId: id, institutionId, fundingType, ineligible };
  });
}

/** What is announced of each. */
export const announceAll = (event: EventClass<ApplicationSubmittedV1>, listed: Listed[]): Announcement[] =>
  listed.map(({ application, preferences, traceparent }) =>
    announce(event, stateOf(application, preferences.length), traceparent),
  );

/** Stores lists with the parts that belong to them, in the place of earlier ones where there are any; answers what is seen then. */
export async function storeLists(
  tx: EntityManager,
  listed: Listed[],
  { parts, replace }: { parts: (Insert | Replacement | Part)[]; replace: boolean },
): Promise<ApplicationDto[]> {
  const ids = listed.map(({ application }) => application.id);
  const lists = listed.flatMap(({ preferences }) => preferences);
  const gone = replace ? dropLists(ids) : undefined;
  const findings = await storeTogether<Finding>(
    tx,
    [
      ...(gone ? [gone] : []),
      writeLists(tableOf(tx, Preference), lists, gone),
      ...parts,
      openFindings(listed.map(({ application }) => application)),
    ],
    standingFindingsOf(ids),
  );
  const keyOf = (row: { applicationId: string; offeringId: string }): string =>
    `${row.applicationId}|${row.offeringId}`;
  const states = new Map(findings.map((finding) => [keyOf(finding), finding.state]));
  const seen = (preference: Preference): PreferenceRow => {
    // Of open offerings; what has no finding waits for one.
    return { ...preference, offeringState: 'OPEN', suitability: states.get(keyOf(preference)) ?? 'PENDING' };
  };
  return listed.map(({ application, preferences, by }) => toApplicationDto(application, preferences.map(seen), by)!);
}

export const offeringsOf = (choices: Choice[]): string[] => choices.map(({ offeringId }) => offeringId);

/** What events say of an application. */
export function stateOf(application: SeenApplication, preferences: number): ApplicationSubmittedV1 {
  const { id, version, stageId, year, learnerId, state } = application;
  return { applicationId: id, version, stageId, year, learnerId, preferences, state };
}
