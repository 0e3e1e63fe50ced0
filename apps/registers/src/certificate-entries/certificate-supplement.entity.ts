import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { RegisterEntry } from '../register/register-entry.js';
import type { SupplementFacts } from './certificate-supplement.rules.js';

/** What the supplement of a diploma or certificate says. It is stated as a whole by whoever issued them (R-REG-19). */
@Entity('certificate_supplement')
@Unique('certificate_supplement_of_entry', ['certificateEntryId'])
@Index('certificate_supplement_of_institution', ['institutionId', 'id'])
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

  @Column('jsonb')
  content: SupplementFacts;
}
