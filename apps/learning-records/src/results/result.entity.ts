import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A final assessment's outcome. Never changed: a retake is another result. */
@Entity('result')
@Index('result_enrolment', ['enrolmentId'])
export class Result {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'result_pk' })
  id: string;

  @Column('uuid', { name: 'enrolment_id' })
  enrolmentId: string;

  @Column('integer')
  mark: number;

  @Column('boolean')
  passed: boolean;

  @Column('date', { name: 'decided_on' })
  decidedOn: string;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;

  @Column('text', { name: 'recorded_by' })
  recordedBy: string;
}
