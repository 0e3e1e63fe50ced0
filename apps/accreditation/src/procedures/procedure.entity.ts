import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { Expertise, ProcedureState, Refusal } from './procedure.rules.js';

/** An institution's case for the licence to run a programme. */
@Entity('procedure')
@Index('procedure_open', ['institutionId', 'programmeId'], {
  unique: true,
  where: `state IN ('SUBMITTED', 'REVIEWED')`,
})
// On an expression, which TypeORM cannot say.
@Index('expertise_act_taken', { synchronize: false })
export class Procedure {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'procedure_pk' })
  id: string;

  @Column('integer')
  version: number;

  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('uuid', { name: 'programme_id' })
  programmeId: string;

  @Column('text')
  state: ProcedureState;

  @Column('jsonb', { nullable: true })
  expertise: Expertise | null;

  @Column('jsonb', { nullable: true })
  refusal: Refusal | null;

  @ForeignKey('Decision', { name: 'procedure_decision' })
  @Column('uuid', { name: 'decision_id', nullable: true })
  decisionId: string | null;

  @Column('timestamptz', { name: 'submitted_at' })
  submittedAt: Date;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;
}
