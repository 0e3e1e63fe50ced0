import type { EntityManager, DataSource } from 'typeorm';
import type { StageState } from '@meistras/contracts/events/admission/stage';
import { selectList } from '@meistras/platform/database/rows';
import { Invitation } from './invitation.entity.js';

/** An invitation with what its stage says of signing, and who registered the learner. */
export type InvitationInStage = Invitation & {
  stageState: StageState;
  applyFrom: Date;
  applyUntil: Date;
  signUntil: Date;
  registeredBy: string | null;
};

const select = (source: EntityManager | DataSource): string =>
  `SELECT ${selectList(source, Invitation, 'i')}, s.state AS "stageState", s.apply_from AS "applyFrom",
     s.apply_until AS "applyUntil", s.sign_until AS "signUntil", l.institution_id AS "registeredBy"
   FROM invitation i JOIN stage s ON s.id = i.stage_id JOIN known_learner l ON l.learner_id = i.learner_id`;

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

/** The next invitations of a stage that nobody signed, held for change. */
export function unsigned(tx: EntityManager, stageId: string, limit: number): Promise<Invitation[]> {
  return tx.query(
    `SELECT ${selectList(tx, Invitation, 'i')} FROM invitation i
     WHERE i.stage_id = $1 AND i.state = 'ISSUED' ORDER BY i.id LIMIT $2 FOR UPDATE OF i`,
    [stageId, limit],
  );
}
