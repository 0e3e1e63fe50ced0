import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A learner that was merged into another one: its id leads there (R-REG-28). */
@Entity('learner_redirect')
@Index('learner_redirect_to', ['survivorId'])
export class LearnerRedirect {
  @PrimaryColumn('uuid', { name: 'learner_id', primaryKeyConstraintName: 'learner_redirect_pk' })
  learnerId: string;

  /** The one that it was merged into. */
  @Column('uuid', { name: 'merged_into_id' })
  mergedIntoId: string;

  /** The one that stands in the end, when that one was merged into another. */
  @Column('uuid', { name: 'survivor_id' })
  survivorId: string;

  /** The school that registered it, which still may see the one that was kept. */
  @Column('uuid', { name: 'institution_id', nullable: true })
  institutionId: string | null;

  @Column('uuid', { name: 'review_id' })
  reviewId: string;

  @Column('timestamptz', { name: 'merged_at' })
  mergedAt: Date;
}
