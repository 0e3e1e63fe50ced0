import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { EnrolmentState } from '@meistras/contracts/events/learning-records/enrolment';

/** An enrolment as learning-records announced it: why an institution may see a learner. */
@Entity('learner_entry')
@Index('learner_entry_of_learner', ['learnerId', 'institutionId'])
@Index('learner_entry_of_institution', ['institutionId', 'learnerId'])
export class LearnerEntry {
  @PrimaryColumn('uuid', { name: 'enrolment_id', primaryKeyConstraintName: 'learner_entry_pk' })
  enrolmentId: string;

  @Column('integer')
  version: number;

  @Column('uuid', { name: 'learner_id' })
  learnerId: string;

  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('text')
  state: EnrolmentState;

  @Column('date', { name: 'valid_from' })
  validFrom: string;

  /** First day after the enrolment. */
  @Column('date', { name: 'valid_to', nullable: true })
  validTo: string | null;
}
