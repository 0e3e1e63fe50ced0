import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { RegisterEntry } from '../register/register-entry.js';
import type { CertificateState, Refusal } from './certificate-entry.rules.js';

/** The official entry of a diploma or certificate. Its id is that of the credential in learning-records, if that issued it. */
@Entity('certificate_entry')
@Index('certificate_entry_of_institution', ['institutionId', 'id'])
@Index('certificate_entry_of_learner', ['learnerId'])
@Index('certificate_entry_of_enrolment', ['enrolmentId'])
@Index('certificate_entry_number', ['registrationNumber'])
export class CertificateEntry extends RegisterEntry {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'certificate_entry_pk' })
  id: string;

  @Column('text')
  kind: string;

  @Column('uuid', { name: 'learner_id' })
  learnerId: string;

  /** Null for one that was entered from paper or from an older register. */
  @Column('uuid', { name: 'enrolment_id', nullable: true })
  enrolmentId: string | null;

  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  /** Null where the register has no programme of the code. */
  @Column('uuid', { name: 'programme_id', nullable: true })
  programmeId: string | null;

  @Column('text', { name: 'programme_code' })
  programmeCode: string;

  @Column('text', { name: 'registration_number' })
  registrationNumber: string;

  @Column('date', { name: 'issued_on' })
  issuedOn: string;

  @Column('uuid', { name: 'replaced_by_id', nullable: true })
  replacedById: string | null;

  @Column('text', { nullable: true })
  refusal: Refusal | null;

  @Column('text')
  state: CertificateState;
}
