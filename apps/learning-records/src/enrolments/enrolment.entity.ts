import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { EnrolmentState } from '@meistras/contracts/events/learning-records/enrolment';

@Entity('enrolment')
@Unique('enrolment_agreement', ['agreementId'])
@Index('enrolment_institution', ['institutionId', 'id'])
@Index('enrolment_planned', ['startsOn'], { where: `(state = 'PLANNED'::text)` })
export class Enrolment {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'enrolment_pk' })
  id: string;

  @Column('integer')
  version: number;

  @Column('uuid', { name: 'agreement_id' })
  agreementId: string;

  @Column('uuid', { name: 'learner_id' })
  learnerId: string;

  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('uuid', { name: 'programme_id' })
  programmeId: string;

  /** The code of admission (R-LR-03). */
  @Column('text', { name: 'programme_code' })
  programmeCode: string;

  @Column('text', { name: 'field_code' })
  fieldCode: string;

  @Column('integer', { name: 'eqf_level' })
  eqfLevel: number;

  @Column('integer')
  credits: number;

  @Column('text', { name: 'funding_source' })
  fundingSource: string;

  @Column('integer')
  year: number;

  @Column('date', { name: 'starts_on' })
  startsOn: string;

  @Column('date', { name: 'planned_end_on' })
  plannedEndOn: string;

  @Column('date', { name: 'ended_on', nullable: true })
  endedOn: string | null;

  @Column('text', { name: 'end_reason', nullable: true })
  endReason: string | null;

  @Column('text')
  state: EnrolmentState;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;
}
