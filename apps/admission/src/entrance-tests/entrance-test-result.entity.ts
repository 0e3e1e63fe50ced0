import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

export const testResults = ['PASSED', 'FAILED'] as const;
export type TestResult = (typeof testResults)[number];

/** The result of a learner in the test of a programme; it counts at every institution for the year (R-ADM-20). */
@Entity('entrance_test_result')
export class EntranceTestResult {
  @PrimaryColumn('uuid', { name: 'learner_id', primaryKeyConstraintName: 'entrance_test_result_pk' })
  learnerId: string;

  @PrimaryColumn('uuid', { name: 'programme_id', primaryKeyConstraintName: 'entrance_test_result_pk' })
  programmeId: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'entrance_test_result_pk' })
  year: number;

  @Column('integer')
  version: number;

  @Column('uuid', { name: 'slot_id' })
  @ForeignKey('EntranceTestSlot', { name: 'entrance_test_result_slot_fk' })
  slotId: string;

  @Column('text')
  result: TestResult;

  /** The client. */
  @Column('text', { name: 'stated_by' })
  statedBy: string;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;
}
