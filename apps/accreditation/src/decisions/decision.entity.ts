import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';

/** The right of an institution to run a programme, as it was decided. Never rewritten. */
@Entity('decision')
@Unique('decision_act_taken', ['institutionId', 'programmeId', 'authority', 'actNumber'])
@Check('decision_period', 'valid_to > valid_from')
@Check('decision_document_hash', `document_hash ~ '^[0-9a-f]{64}$'`)
export class Decision {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'decision_pk' })
  id: string;

  /** Null for a decision that came with an import. */
  @Column('uuid', { name: 'procedure_id', nullable: true })
  procedureId: string | null;

  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('uuid', { name: 'programme_id' })
  programmeId: string;

  @Column('text')
  authority: string;

  @Column('text', { name: 'act_number' })
  actNumber: string;

  @Column('date', { name: 'act_on' })
  actOn: string;

  /** SHA-256 of the signed document, in hexadecimal. */
  @Column('text', { name: 'document_hash' })
  documentHash: string;

  @Column('date', { name: 'valid_from' })
  validFrom: string;

  /** First day without the right; null is open-ended. */
  @Column('date', { name: 'valid_to', nullable: true })
  validTo: string | null;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;
}

/** The end of a decision's right before its time. A decision has at most one. */
@Entity('revocation')
export class Revocation {
  @ForeignKey('Decision', { name: 'revocation_decision' })
  @PrimaryColumn('uuid', { name: 'decision_id', primaryKeyConstraintName: 'decision_already_revoked' })
  decisionId: string;

  @Column('text', { name: 'act_number' })
  actNumber: string;

  @Column('date', { name: 'act_on' })
  actOn: string;

  /** First day without the right. */
  @Column('date', { name: 'effective_on' })
  effectiveOn: string;

  @Column('text')
  reason: string;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;
}
