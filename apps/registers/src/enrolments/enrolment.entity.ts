import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { EnrolmentState } from '@meistras/contracts/events/learning-records/enrolment';

/** Under which code of a programme a learner was admitted, as learning-records announced it (R-REG-11). */
@Entity('enrolment')
@Index('enrolment_of_programme', ['programmeId'], { where: `state IN ('PLANNED', 'ACTIVE')` })
export class Enrolment {
  @PrimaryColumn('uuid', { name: 'enrolment_id', primaryKeyConstraintName: 'enrolment_pk' })
  enrolmentId: string;

  @Column('integer')
  version: number;

  @Column('uuid', { name: 'programme_id' })
  programmeId: string;

  @Column('text', { name: 'programme_code' })
  programmeCode: string;

  @Column('text')
  state: EnrolmentState;
}
