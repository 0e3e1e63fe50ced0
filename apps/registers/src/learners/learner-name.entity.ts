import { Check, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * A part of a name that some learner has, and the names that it stands in. Kept by the database itself with every learner
 * that is stored; a search finds here what a word may mean. It names nobody: the guard of learners' rows is not needed.
 */
@Entity('learner_name')
@Check('learner_name_kind', `kind IN ('GIVEN', 'FAMILY')`)
// By trigrams (gin_trgm_ops), which TypeORM cannot say.
@Index('learner_name_part', { synchronize: false })
@Index('learner_name_whole', ['kind', 'nameKey'])
export class LearnerName {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'learner_name_pk' })
  kind: 'GIVEN' | 'FAMILY';

  @PrimaryColumn('text', { primaryKeyConstraintName: 'learner_name_pk' })
  part: string;

  /** The whole name without case and accents. */
  @PrimaryColumn('text', { name: 'name_key', primaryKeyConstraintName: 'learner_name_pk' })
  nameKey: string;
}
