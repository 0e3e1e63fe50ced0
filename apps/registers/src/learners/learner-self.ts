import type { EntityManager } from 'typeorm';
import { DomainError, missing } from '@meistras/platform/errors/domain-error';

/** The entries of the person whom a token names: the one that stands, and all ids that lead to it. */
export interface LearnerSelf {
  learnerId: string;
  institutionId: string | null;
  ids: string[];
}

/** Of themselves persons may know everything. The transaction must have the whole country's reach. */
export async function selfOf(tx: EntityManager, subject: string): Promise<LearnerSelf> {
  const [self]: (LearnerSelf & { state: string })[] = await tx.query(
    `SELECT l.id AS "learnerId", l.institution_id AS "institutionId", l.state,
       ARRAY(SELECT l.id UNION SELECT r.learner_id FROM learner_redirect r WHERE r.survivor_id = l.id) AS ids
     FROM learner l
     WHERE l.id = coalesce((SELECT survivor_id FROM learner_redirect WHERE learner_id = $1::uuid), $1::uuid)`,
    [subject],
  );
  if (!self) throw missing('learner');
  if (self.state === 'ERASED') throw new DomainError('gone', 'learner-erased', 'The learner was erased.');
  return self;
}
