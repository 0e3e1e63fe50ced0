import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { FundingType } from '../allocation/allocation-problem.js';
import type { ComplaintState } from './complaint.rules.js';

/** A complaint about a result, with its reasoned decision (R-ADM-37). */
@Entity('complaint')
@Index('complaint_open', ['applicationId'], { unique: true, where: `state = 'OPEN'` })
@Index('complaint_in', ['stageId', 'state'])
export class Complaint {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'complaint_pk' })
  id: string;

  @Column('integer')
  version: number;

  @Column('uuid', { name: 'stage_id' })
  stageId: string;

  @Column('uuid', { name: 'application_id' })
  @ForeignKey('Application', { name: 'complaint_application_fk' })
  applicationId: string;

  @Column('uuid', { name: 'learner_id' })
  learnerId: string;

  /** The place that is asked for. */
  @Column('uuid', { name: 'offering_id' })
  @ForeignKey('Offering', { name: 'complaint_offering_fk' })
  offeringId: string;

  @Column('text', { name: 'funding_type' })
  fundingType: FundingType;

  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  /** Coded, so that no personal data stand in it. */
  @Column('text')
  ground: string;

  @Column('timestamptz', { name: 'filed_at' })
  filedAt: Date;

  /** The last day for the answer. */
  @Column('date', { name: 'answer_by' })
  answerBy: string;

  @Column('text')
  state: ComplaintState;

  /** The reasons of the decision, for the applicant. */
  @Column('text', { nullable: true })
  reason: string | null;

  /** The client. */
  @Column('text', { name: 'decided_by', nullable: true })
  decidedBy: string | null;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt: Date | null;

  /** The place that was won. */
  @Column('uuid', { name: 'invitation_id', nullable: true })
  @ForeignKey('Invitation', { name: 'complaint_invitation_fk' })
  invitationId: string | null;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;
}
