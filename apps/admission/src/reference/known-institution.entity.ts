import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An institution as its register announced it. */
@Entity('known_institution')
@Index('known_institution_code', ['codeScheme', 'code'])
export class KnownInstitution {
  @PrimaryColumn('uuid', { name: 'institution_id', primaryKeyConstraintName: 'known_institution_pk' })
  institutionId: string;

  @Column('integer')
  version: number;

  @Column('text', { name: 'code_scheme' })
  codeScheme: string;

  @Column('text')
  code: string;

  /** ISO 3166-2. */
  @Column('text', { name: 'municipality_code', nullable: true })
  municipalityCode: string | null;

  @Column('text')
  state: 'REGISTERED' | 'CLOSED';
}
