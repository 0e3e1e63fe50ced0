import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { Relation } from 'typeorm';
import { Enrolment } from '../enrolments/enrolment.entity.js';

/** A final assessment's outcome. Never changed: a retake is another result. */
@Entity('result')
@Index('result_enrolment', ['enrolmentId'])
export class Result {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'result_pk' })
  id: string;

  @Column('uuid', { name: 'enrolment_id' })
  enrolmentId: string;

  @ManyToOne(() => Enrolment)
  @JoinColumn({ name: 'enrolment_id', foreignKeyConstraintName: 'result_of_enrolment' })
  enrolment?: Relation<Enrolment>;

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
