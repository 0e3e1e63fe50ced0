import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { TransferState } from '@meistras/contracts/events/registers/transfer';
import type { AskedBy, TransferFacts } from './transfer.rules.js';

/** A learner who is to go from the institution that registered them to another one. */
@Entity('transfer')
@Check('transfer_state', `state IN ('REQUESTED', 'AGREED', 'COMPLETED', 'REFUSED', 'WITHDRAWN', 'EXPIRED')`)
@Check('transfer_sides', 'from_institution_id <> to_institution_id')
@Index('transfer_open', ['learnerId'], { unique: true, where: `state IN ('REQUESTED', 'AGREED')` })
@Index('transfer_of_sender', ['fromInstitutionId', 'id'])
@Index('transfer_of_receiver', ['toInstitutionId', 'id'])
export class Transfer implements TransferFacts {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'transfer_pk' })
  id: string;

  @Column('integer')
  version: number;

  @Column('uuid', { name: 'learner_id' })
  learnerId: string;

  @ForeignKey('Institution', { name: 'transfer_from' })
  @Column('uuid', { name: 'from_institution_id' })
  fromInstitutionId: string;

  @ForeignKey('Institution', { name: 'transfer_to' })
  @Column('uuid', { name: 'to_institution_id' })
  toInstitutionId: string;

  @Column('text', { name: 'asked_by' })
  askedBy: AskedBy;

  /** The one who asked saw the learner. */
  @Column('boolean', { name: 'learner_seen' })
  learnerSeen: boolean;

  /** First day at the receiving institution. */
  @Column('date', { name: 'starts_on' })
  startsOn: string;

  @Column('text')
  reason: string;

  @Column('text')
  state: TransferState;

  /** Last day on which an answer is in time. */
  @Column('date', { name: 'answer_due_on' })
  answerDueOn: string;

  @Column('timestamptz', { name: 'requested_at' })
  requestedAt: Date;

  /** The API client that asked. */
  @Column('text', { name: 'requested_by' })
  requestedBy: string;

  @Column('timestamptz', { name: 'from_consented_at', nullable: true })
  fromConsentedAt: Date | null;

  @Column('timestamptz', { name: 'to_consented_at', nullable: true })
  toConsentedAt: Date | null;

  /** When it was completed, refused, withdrawn, or expired. */
  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;

  /** Why it was refused. */
  @Column('text', { name: 'end_reason', nullable: true })
  endReason: string | null;
}
