import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { RecordPart } from '@meistras/contracts/events/registers/record';
import type { CorrectionState } from './correction.rules.js';

/** Somebody says that a record of a person is wrong; whoever holds the entry decides. */
@Entity('correction_request')
@Check('correction_request_state', `state IN ('OPEN', 'ACCEPTED', 'REFUSED')`)
@Check('correction_request_asked_by', `asked_by IN ('PERSON', 'PROVIDER')`)
@Index('correction_open', ['about', 'entryId', 'askedBy'], { unique: true, where: `state = 'OPEN'` })
@Index('correction_of_learner', ['learnerId'])
@Index('correction_for_institution', ['institutionId', 'id'])
export class CorrectionRequest {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'correction_request_pk' })
  id: string;

  @Column('integer')
  version: number;

  @Column('text')
  state: CorrectionState;

  /** The person whose record it is. */
  @Column('uuid', { name: 'learner_id' })
  learnerId: string;

  @Column('text')
  about: RecordPart;

  /** The learner, the enrolment or the certificate's entry. */
  @Column('uuid', { name: 'entry_id' })
  entryId: string;

  /** What is wrong, in words. Empty once the person was erased. */
  @Column('text')
  statement: string;

  /** Who decides; null when that is a national body. */
  @Column('uuid', { name: 'institution_id', nullable: true })
  institutionId: string | null;

  /** The person, or the institution that answers for a certificate (R-REG-19). */
  @Column('text', { name: 'asked_by' })
  askedBy: 'PERSON' | 'PROVIDER';

  /** The institution that asks. */
  @Column('uuid', { name: 'provider_id', nullable: true })
  providerId: string | null;

  @Column('timestamptz', { name: 'asked_at' })
  askedAt: Date;

  @Column('text', { name: 'decided_by', nullable: true })
  decidedBy: string | null;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt: Date | null;

  @Column('text', { nullable: true })
  reason: string | null;
}
