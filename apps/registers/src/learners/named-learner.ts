import { Transform } from 'class-transformer';
import { IsOptional, IsUUID } from 'class-validator';
import type { EntityManager } from 'typeorm';
import type { Fault } from '@meistras/platform/errors/domain-error';
import { shownTo } from './learner-reach.js';
import { IsPersonalCode } from './personal-code.validator.js';

/** How a row of an import names a learner: by the id, or by the personal code. */
export class NamedLearner {
  @IsOptional()
  @IsUUID()
  learnerId?: string;

  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  @IsPersonalCode()
  personalCode?: string;
}

/** The same with the keyed hashes of the code instead of the code. */
export interface SoughtLearner {
  learnerId: string | undefined;
  indexes: [Buffer, Buffer] | undefined;
}

export const unknownLearner: Fault[] = [{ pointer: '/learnerId', code: 'UNKNOWN', message: 'No such learner.' }];

/**
 * The learners whom rows name, in order; undefined for who is unknown, and for who is protected to whoever may not see
 * them. Who was merged leads on. The transaction must have the whole country's reach.
 */
export async function learnersNamed(
  tx: EntityManager,
  rows: SoughtLearner[],
  protectedToo: boolean,
): Promise<(string | undefined)[]> {
  const found: { at: number; id: string }[] = await tx.query(
    `WITH sought AS (SELECT * FROM unnest($1::int[], $2::uuid[], $3::bytea[], $4::bytea[]) AS r (at, id, code, beside)), known AS (
       SELECT r.at, n.id FROM sought r JOIN learner n ON n.personal_code_index IN (r.code, r.beside)
         AND (r.id IS NULL OR n.id = r.id)
       UNION ALL SELECT r.at, n.id FROM sought r JOIN learner n ON n.id = r.id WHERE r.code IS NULL)
     SELECT k.at, l.id FROM known k LEFT JOIN learner_redirect d ON d.learner_id = k.id
     JOIN learner l ON l.id = coalesce(d.survivor_id, k.id) WHERE ${shownTo({ reach: null, protectedToo })}`,
    [
      [...rows.keys()],
      rows.map(({ learnerId }) => learnerId),
      ...[0, 1].map((at) => rows.map(({ indexes }) => indexes?.[at])),
    ],
  );
  const owners = new Map(found.map(({ at, id }) => [at, id]));
  return rows.map((_, at) => owners.get(at));
}
