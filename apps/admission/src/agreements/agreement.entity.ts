import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { FundingType } from '../allocation/allocation-problem.js';
import type { DocumentKind, Signatory } from './signing.rules.js';

/** The training agreement of a learner and an institution, with the programme as it was at signing. */
@Entity('agreement')
@Unique('agreement_one_per_invitation', ['invitationId'])
@Index('agreement_learner', ['learnerId'])
@Index('agreement_at', ['institutionId', 'id'])
@Index('agreement_in', ['stageId'])
@Index('agreement_of_offering', ['offeringId'])
export class Agreement {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'agreement_pk' })
  id: string;

  @Column('integer')
  version: number;

  @Column('uuid', { name: 'invitation_id' })
  @ForeignKey('Invitation', { name: 'agreement_invitation_fk' })
  invitationId: string;

  @Column('uuid', { name: 'stage_id' })
  stageId: string;

  @Column('uuid', { name: 'offering_id' })
  offeringId: string;

  @Column('uuid', { name: 'learner_id' })
  learnerId: string;

  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('uuid', { name: 'programme_id' })
  programmeId: string;

  @Column('text', { name: 'programme_code' })
  programmeCode: string;

  @Column('text', { name: 'field_code' })
  fieldCode: string;

  @Column('integer', { name: 'eqf_level' })
  eqfLevel: number;

  @Column('integer')
  credits: number;

  @Column('text', { name: 'funding_type' })
  fundingType: FundingType;

  @Column('integer')
  year: number;

  @Column('timestamptz', { name: 'signed_at' })
  signedAt: Date;

  @Column('date', { name: 'starts_on' })
  startsOn: string;

  @Column('date', { name: 'planned_end_on' })
  plannedEndOn: string;

  /** Last day on which it binds the learner: the planned end, or the day on which the enrolment ended (R-ADM-35). */
  @Column('date', { name: 'live_until' })
  liveUntil: string;

  @Column('date', { name: 'terminated_on', nullable: true })
  terminatedOn: string | null;

  /** Coded, so that no personal data stand in it. */
  @Column('text', { name: 'termination_reason', nullable: true })
  terminationReason: string | null;

  /** What was shown at signing (R-ADM-32). */
  @Column('jsonb', { name: 'documents_seen' })
  documentsSeen: DocumentKind[];

  @Column('text', { name: 'signed_by' })
  signedBy: Signatory;

  /** SHA-256 of a representative's power of attorney (R-ADM-31). */
  @Column('text', { name: 'mandate_hash', nullable: true })
  mandateHash: string | null;

  @Column('boolean', { name: 'guardian_signed' })
  guardianSigned: boolean;

  @Column('text')
  state: 'SIGNED' | 'TERMINATED';

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;
}
