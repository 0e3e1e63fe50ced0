import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { InvitationState } from '@meistras/contracts/events/admission/invitation';
import type { FundingType } from '../allocation/allocation-problem.js';

/** The offer of one place. Until when it may be signed is the stage's word (R-ADM-28, R-ADM-29). */
@Entity('invitation')
@Index('invitation_one_live', ['applicationId'], { unique: true, where: `state IN ('ISSUED', 'SIGNED')` })
@Index('invitation_at', ['institutionId', 'stageId', 'id'])
@Index('invitation_in', ['stageId', 'state'])
@Index('invitation_of_application', ['applicationId'])
export class Invitation {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'invitation_pk' })
  id: string;

  @Column('integer')
  version: number;

  @Column('uuid', { name: 'stage_id' })
  @ForeignKey('Stage', { name: 'invitation_stage_fk' })
  stageId: string;

  @Column('integer')
  year: number;

  /** The run that gave the place. */
  @Column('uuid', { name: 'run_id' })
  @ForeignKey('MatchingRun', { name: 'invitation_run_fk' })
  runId: string;

  @Column('uuid', { name: 'application_id' })
  @ForeignKey('Application', { name: 'invitation_application_fk' })
  applicationId: string;

  @Column('uuid', { name: 'learner_id' })
  learnerId: string;

  @Column('uuid', { name: 'offering_id' })
  @ForeignKey('Offering', { name: 'invitation_offering_fk' })
  offeringId: string;

  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('uuid', { name: 'programme_id' })
  programmeId: string;

  @Column('text', { name: 'funding_type' })
  fundingType: FundingType;

  /** Which of the applicant's preferences it is, from 1. */
  @Column('integer')
  rank: number;

  @Column('text')
  state: InvitationState;

  @Column('timestamptz', { name: 'issued_at' })
  issuedAt: Date;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;

  /** Won on complaint: on top of the places (R-ADM-37). */
  @Column('boolean', { name: 'over_capacity' })
  overCapacity: boolean;

  /** Until when it may be signed, whatever the stage says: a place won on complaint after the signing window. */
  @Column('timestamptz', { name: 'own_sign_until', nullable: true })
  ownSignUntil: Date | null;

  /** Coded; why it was annulled. */
  @Column('text', { name: 'annulment_reason', nullable: true })
  annulmentReason: string | null;
}
