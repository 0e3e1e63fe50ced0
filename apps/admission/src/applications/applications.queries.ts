import type { DataSource, EntityManager } from 'typeorm';
import { preparedIn } from '@meistras/platform/database/prepared';
import type { Statement } from '@meistras/platform/database/prepared';
import { columnArrays, insertText, selectList } from '@meistras/platform/database/rows';
import type { Table } from '@meistras/platform/database/rows';
import type { Part } from '@meistras/platform/database/writes';
import type { FundingType } from '../allocation/allocation-problem.js';
import type { SuitabilityState } from '../suitability/suitability.rules.js';
import type { ChosenOffering, Ineligible } from './application.rules.js';
import { Application } from './application.entity.js';
import type { SeenApplication } from './application.view.js';
import type { Preference } from './preference.entity.js';

/** An applicant as far as an application needs it. */
export interface Applicant {
  learnerId: string;
  institutionId: string | null;
  birthYear: number;
  /** R-ADM-35. */
  holdsFundedPlace: boolean;
}

/** These learners as applicants in a stage that starts on a day, by their ids. */
export async function findApplicants(
  tx: EntityManager,
  learnerIds: string[],
  startsOn: string,
): Promise<Map<string, Applicant>> {
  const rows = await preparedIn<Applicant>(tx, readApplicants, [learnerIds, startsOn]);
  return new Map(rows.map((row) => [row.learnerId, row]));
}

/** R-ADM-35, of the learner of a row, on a day. */
const holdsFundedPlace = (of: string, day: string): string =>
  `EXISTS (SELECT 1 FROM agreement g WHERE g.learner_id = ${of}.learner_id AND g.funding_type = 'VF'
     AND g.state = 'SIGNED' AND g.live_until >= ${day})`;

const readApplicants: Statement = {
  name: 'applicants',
  text: `SELECT l.learner_id AS "learnerId", l.institution_id AS "institutionId", l.birth_year AS "birthYear",
       ${holdsFundedPlace('l', '$2::date')} AS "holdsFundedPlace"
     FROM known_learner l WHERE l.learner_id = ANY($1::uuid[])`,
};

/**
 * The offerings of a stage among these ids, with what decides whether one of these learners may enter them. A test comes too
 * late when the last one is nearer than the hours that the policy asks (R-ADM-20).
 */
export async function chosenOfferings(
  tx: EntityManager,
  stage: { id: string; year: number },
  ids: string[],
  { learnerIds, lateFrom }: { learnerIds: string[]; lateFrom: Date },
): Promise<Map<string, ChosenOffering>> {
  const values = [stage.id, ids, learnerIds, stage.year, lateFrom];
  const rows = await preparedIn<ChosenOffering>(tx, readChosen, values);
  return new Map(rows.map((row) => [row.id, row]));
}

const readChosen: Statement = {
  name: 'chosen-offerings',
  text: `SELECT o.id, o.institution_id AS "institutionId", p.kind, p.eqf_level AS "eqfLevel", o.awards,
       o.module_code AS "moduleCode", o.state,
       CASE WHEN o.entrance_test AND EXISTS (SELECT 1 FROM entrance_test_slot t
         WHERE t.stage_id = o.stage_id AND t.programme_id = o.programme_id HAVING max(t.starts_at) < $5)
       THEN ARRAY(
         SELECT g.learner_id FROM entrance_test_registration g JOIN entrance_test_slot t ON t.id = g.slot_id
         WHERE g.learner_id = ANY($3::uuid[]) AND t.stage_id = o.stage_id AND t.programme_id = o.programme_id
         UNION ALL SELECT r.learner_id FROM entrance_test_result r
         WHERE r.learner_id = ANY($3::uuid[]) AND r.programme_id = o.programme_id AND r.year = $4)
       END AS "testOverBut"
     FROM offering o JOIN known_programme p ON p.programme_id = o.programme_id
     WHERE o.stage_id = $1 AND o.id = ANY($2::uuid[])`,
};

export interface PreferenceRow {
  applicationId: string;
  rank: number;
  offeringId: string;
  institutionId: string;
  fundingType: FundingType;
  ineligible: Ineligible | null;
  offeringState: 'OPEN' | 'CLOSED';
  suitability: SuitabilityState;
}

/** The lists of these applications, each in order, with what became of every preference. */
export const readLists: Statement = {
  name: 'lists-of-applications',
  text: `SELECT p.application_id AS "applicationId", p.rank, p.offering_id AS "offeringId",
       p.institution_id AS "institutionId", p.funding_type AS "fundingType", p.ineligible,
       o.state AS "offeringState", coalesce(s.state, 'PENDING') AS suitability
     FROM preference p JOIN offering o ON o.id = p.offering_id
       LEFT JOIN suitability s ON s.application_id = p.application_id AND s.offering_id = p.offering_id
     WHERE p.application_id = ANY($1::uuid[]) ORDER BY p.application_id, p.rank`,
};

export async function preferencesOf(
  source: DataSource | EntityManager,
  applicationIds: string[],
): Promise<Map<string, PreferenceRow[]>> {
  const rows: PreferenceRow[] = await source.query(readLists.text, [applicationIds]);
  const lists = new Map<string, PreferenceRow[]>(applicationIds.map((id) => [id, []]));
  for (const row of rows) lists.get(row.applicationId)?.push(row);
  return lists;
}

/** Part of a statement: these lists are gone, before `listed` writes others. */
export const dropLists = (applicationIds: string[]): Part => ({
  name: 'gone',
  values: [applicationIds],
  text: (n) => `DELETE FROM preference WHERE application_id = ANY($${n}::uuid[]) RETURNING rank`,
});

/** Part of a statement: lists of applications. With `behind`, in the place of others, when these are gone. */
export const writeLists = (table: Table, lists: Preference[], behind?: Part): Part => ({
  name: 'listed',
  values: columnArrays(table, lists),
  text: (n) =>
    `${insertText(table, n, behind && `(SELECT count(*) FROM ${behind.name}) AS emptied`)} RETURNING application_id, offering_id`,
});

/** An application that nobody else changes until the transaction ends, as its stage is kept in its state. */
export type HeldApplication = SeenApplication & {
  /** Null when the registers have announced no such learner. */
  birthYear: number | null;
  holdsFundedPlace: boolean;
  stageVersion: number;
};

/** Holds the stage before the applications, as everywhere, and these in one order. By their ids. */
export async function holdApplications(tx: EntityManager, ids: string[]): Promise<Map<string, HeldApplication>> {
  const text = `SELECT ${selectList(tx, Application, 'a')}, l.institution_id AS "registeredBy", l.birth_year AS "birthYear",
      ${holdsFundedPlace('a', 's.starts_on')} AS "holdsFundedPlace", s.version AS "stageVersion"
    FROM application a JOIN stage s ON s.id = a.stage_id LEFT JOIN known_learner l ON l.learner_id = a.learner_id
    WHERE a.id = ANY($1::uuid[]) ORDER BY a.id FOR SHARE OF s FOR UPDATE OF a`;
  const held = await preparedIn<HeldApplication>(tx, { name: 'applications-held', text }, [ids]);
  return new Map(held.map((row) => [row.id, row]));
}
