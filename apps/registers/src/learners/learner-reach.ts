import type { Actor } from '@meistras/platform/auth/actor';
import type { Statement } from '@meistras/platform/database/prepared';
import type { BothTimes } from '../register/as-of.js';

/** A statement with its parameters. */
export type Question = [Statement, unknown[]];

/** An enrolment opens the learner's record from its announcement on; one that was cancelled or terminated does no more. */
const openEntries = `e.state IN ('PLANNED', 'ACTIVE', 'COMPLETED')`;

/** Learners that were merged into others, with their enrolments: who might see them may see the one that was kept. */
const mergedAway = `learner_redirect r LEFT JOIN learner_entry e ON e.learner_id = r.learner_id AND ${openEntries}`;
const isOwnOf = (at: string): string =>
  `(r.institution_id = ANY(${at}::uuid[]) OR e.institution_id = ANY(${at}::uuid[]))`;

/** R-REG-18: registered by one of the institutions in the parameter `at`, or enrolled there. */
export const withinReach = (at: string): string => `(l.institution_id = ANY(${at}::uuid[]) OR EXISTS (
  SELECT 1 FROM learner_entry e
  WHERE e.learner_id = l.id AND e.institution_id = ANY(${at}::uuid[]) AND ${openEntries})
  OR EXISTS (SELECT 1 FROM ${mergedAway} WHERE r.survivor_id = l.id AND ${isOwnOf(at)}))`;

/** The same learners' ids, found from their institutions. */
export const ownLearners = (
  at: string,
): string => `SELECT o.id FROM learner o WHERE o.institution_id = ANY(${at}::uuid[])
  UNION ALL SELECT e.learner_id FROM learner_entry e WHERE e.institution_id = ANY(${at}::uuid[]) AND ${openEntries}
  UNION ALL SELECT r.survivor_id FROM ${mergedAway} WHERE ${isOwnOf(at)}`;

/** Through whose eyes and as of when learners are read. */
export interface Seen {
  reach: string[] | null;
  asOf?: BothTimes | undefined;
  /** Also those who are protected. */
  protectedToo?: boolean | undefined;
  /** Also those that were merged into others. */
  mergedToo?: boolean | undefined;
}

/** R-REG-32: who is protected is as unknown to whoever may not see that. */
export function shownTo({ protectedToo, mergedToo }: Seen): string {
  const states = ['REGISTERED', ...(protectedToo ? ['PROTECTED'] : []), ...(mergedToo ? ['MERGED'] : [])];
  return states.length === 1
    ? `l.state = 'REGISTERED'`
    : `l.state IN (${states.map((each) => `'${each}'`).join(', ')})`;
}

/** Whether a client may know of protected persons. */
export const maySeeProtected = (by: Actor): boolean => by.may('registers.protected:read');
