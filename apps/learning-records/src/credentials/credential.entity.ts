import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import type { Relation } from 'typeorm';
import { Enrolment } from '../enrolments/enrolment.entity.js';

@Entity('credential')
@Unique('credential_enrolment', ['enrolmentId', 'kind'])
@Unique('credential_registration_number', ['registrationNumber'])
@Unique('credential_verification_code', ['verificationCode'])
@Unique('credential_status_index', ['statusIndex'])
@Index('credential_institution', ['institutionId', 'id'])
export class Credential {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'credential_pk' })
  id: string;

  @Column('integer')
  version: number;

  @Column('text')
  kind: 'QUALIFICATION_DIPLOMA';

  @Column('uuid', { name: 'enrolment_id' })
  enrolmentId: string;

  @ManyToOne(() => Enrolment)
  @JoinColumn({ name: 'enrolment_id', foreignKeyConstraintName: 'credential_of_enrolment' })
  enrolment?: Relation<Enrolment>;

  @Column('uuid', { name: 'learner_id' })
  learnerId: string;

  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('uuid', { name: 'programme_id' })
  programmeId: string;

  @Column('text', { name: 'programme_code' })
  programmeCode: string;

  @Column('integer', { name: 'eqf_level' })
  eqfLevel: number;

  @Column('text', { name: 'registration_number' })
  registrationNumber: string;

  /** 12 characters of Crockford base 32, on the diploma for those who verify it. */
  @Column('text', { name: 'verification_code' })
  verificationCode: string;

  /** Place in the status list, drawn at random so that neighbours say nothing about each other. */
  @Column('integer', { name: 'status_index' })
  statusIndex: number;

  @Column('date', { name: 'issued_on' })
  issuedOn: string;

  /** The signed credential: a JWT (VC-JOSE-COSE). */
  @Column('text')
  document: string;

  @Column('text')
  state: 'ISSUED' | 'REVOKED';

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt: Date | null;

  @Column('text', { name: 'revocation_reason', nullable: true })
  revocationReason: string | null;
}
