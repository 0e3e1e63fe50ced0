import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { RegisterEntry } from '../register/register-entry.js';
import type { SupplementFacts } from './certificate-supplement.rules.js';

/** What the supplement of a diploma or certificate says. It is stated as a whole by whoever issued them (R-REG-19). */
@Entity('certificate_supplement')
@Unique('certificate_supplement_of_entry', ['certificateEntryId'])
@Index('certificate_supplement_of_institution', ['institutionId', 'id'])
@Index('certificate_supplement_of_holder', ['learnerId'])
export class CertificateSupplement extends RegisterEntry {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'certificate_supplement_pk' })
  id: string;

  @Column('text')
  state: 'KEPT';

  @ForeignKey('CertificateEntry', { name: 'certificate_supplement_entry' })
  @Column('uuid', { name: 'certificate_entry_id' })
  certificateEntryId: string;

  /** That of the entry. */
  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  /** The holder, by whose key it is sealed. */
  @Column('uuid', { name: 'learner_id' })
  learnerId: string;

  /** Sealed by the holder's key, in base64; facts that lie open are from before it was sealed. */
  @Column('jsonb')
  content: string | SupplementFacts;
}
