import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';

/** A ministry's decision to let the results of a group out that the verifier's finding had held back. */
@Entity('quarantine_decision')
@Unique('quarantine_decision_taken', ['runId', 'group'])
export class QuarantineDecision {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'quarantine_decision_pk' })
  id: string;

  @Column('uuid', { name: 'run_id' })
  @ForeignKey('MatchingRun', { name: 'quarantine_decision_run_fk' })
  runId: string;

  @Column('integer', { name: 'group_number' })
  group: number;

  @Column('text')
  act: string;

  @Column('text', { name: 'decided_by' })
  decidedBy: string;

  @Column('timestamptz', { name: 'decided_at' })
  decidedAt: Date;
}
