import type { EntityManager, DataSource } from 'typeorm';
import type { StageState } from '@meistras/contracts/events/admission/stage';
import { selectList } from '@meistras/platform/database/rows';
import type { ApplicantGroup, SigningTerms } from '../stages/stage.rules.js';
import { Invitation } from './invitation.entity.js';

/** What the stage says of signing an invitation, the group of the applicant, and the days that the institution has more. */
export type SigningOf = SigningTerms & { stageState: StageState; applicantGroup: ApplicantGroup; extraDays: number };

/** An invitation with what its stage says of signing, and who registered the learner. */
export type InvitationInStage = Invitation & SigningOf & { registeredBy: string | null };

/** Behind joins of `stage s`, `application a` and, left, `sign_extension x`. */
export const signingColumns = `s.state AS "stageState", s.sign_from AS "signFrom", s.sign_until AS "signUntil",
  s.group_windows AS "groupWindows", a.applicant_group AS "applicantGroup", coalesce(x.days, 0) AS "extraDays"`;

export const signingJoins = `JOIN stage s ON s.id = i.stage_id JOIN application a ON a.id = i.application_id
  LEFT JOIN sign_extension x ON x.stage_id = i.stage_id AND x.institution_id = i.institution_id`;

const select = (source: EntityManager | DataSource): string =>
  `SELECT ${selectList(source, Invitation, 'i')}, ${signingColumns}, l.institution_id AS "registeredBy"
   FROM invitation i ${signingJoins} JOIN known_learner l ON l.learner_id = i.learner_id`;

export async function findInvitation(
  source: EntityManager | DataSource,
  id: string,
  hold = false,
): Promise<InvitationInStage | undefined> {
  const [row]: InvitationInStage[] = await source.query(
    `${select(source)} WHERE i.id = $1 ${hold ? 'FOR UPDATE OF i' : ''}`,
    [id],
  );
  return row;
}

export interface InvitationFilter {
  after: string;
  limit: number;
  institutionId: string | null;
  stageId: string | null;
  state: string | null;
  learnerId: string | null;
  /** Institutions that the caller acts for; null for all. */
  institutions: string[] | null;
}

export function listInvitations(source: DataSource, filter: InvitationFilter): Promise<InvitationInStage[]> {
  const { after, limit, institutionId, stageId, state, learnerId, institutions } = filter;
  return source.query(
    `${select(source)}
     WHERE i.id > $1 AND ($2::uuid IS NULL OR i.institution_id = $2) AND ($3::uuid IS NULL OR i.stage_id = $3)
       AND ($4::text IS NULL OR i.state = $4) AND ($5::uuid IS NULL OR i.learner_id = $5)
       AND ($6::uuid[] IS NULL OR i.institution_id = ANY($6) OR l.institution_id = ANY($6))
     ORDER BY i.id LIMIT $7`,
    [after, institutionId, stageId, state, learnerId, institutions, limit],
  );
}

/** The next invitations of a stage that nobody signed, of groups and extensions whose window is over, held for change. */
export function unsigned(
  tx: EntityManager,
  stageId: string,
  { over, limit }: { over: { group: ApplicantGroup; extraDays: number }[]; limit: number },
): Promise<InvitationInStage[]> {
  return tx.query(
    `${select(tx)} JOIN unnest($2::text[], $3::int[]) AS w (applicant_group, days)
       ON w.applicant_group = a.applicant_group AND w.days = coalesce(x.days, 0)
     WHERE i.stage_id = $1 AND i.state = 'ISSUED' AND i.own_sign_until IS NULL ORDER BY i.id LIMIT $4 FOR UPDATE OF i`,
    [stageId, over.map(({ group }) => group), over.map(({ extraDays }) => extraDays), limit],
  );
}

/** The next invitations whose own time to sign is over, of whatever stage, held for change. */
export function unsignedOnTheirOwn(tx: EntityManager, now: Date, limit: number): Promise<InvitationInStage[]> {
  return tx.query(
    `${select(tx)} WHERE i.state = 'ISSUED' AND i.own_sign_until <= $1 ORDER BY i.id LIMIT $2 FOR UPDATE OF i`,
    [now, limit],
  );
}

/** R-ADM-30: the institutions that admit more than so many in a run have some days more to sign. Returns how many they are. */
export async function extendSigning(
  tx: EntityManager,
  { stageId, runId }: { stageId: string; runId: string },
  { over, days }: { over: number; days: number },
): Promise<number> {
  const extended: unknown[] = await tx.query(
    `INSERT INTO sign_extension (stage_id, institution_id, days)
     SELECT $1, o.institution_id, $4 FROM placement p JOIN offering o ON o.id = p.offering_id
     WHERE p.run_id = $2 GROUP BY o.institution_id HAVING count(*) > $3 RETURNING institution_id`,
    [stageId, runId, over, days],
  );
  return extended.length;
}
