import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { RegisterEntry } from '../register/register-entry.js';
import type { CodeScheme } from './institution-code.rules.js';
import type { InstitutionState, InstitutionType, Ownership } from './institution.rules.js';

@Entity('institution')
@Unique('institution_code_taken', ['codeScheme', 'code'])
@Index('institution_branches', ['parentId'], { where: 'parent_id IS NOT NULL' })
export class Institution extends RegisterEntry {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'institution_pk' })
  id: string;

  @Column('text', { name: 'code_scheme' })
  codeScheme: CodeScheme;

  @Column('text')
  code: string;

  @Column('text')
  name: string;

  @Column('text', { name: 'name_en', nullable: true })
  nameEn: string | null;

  @Column('text', { nullable: true })
  type: InstitutionType | null;

  @Column('text', { nullable: true })
  ownership: Ownership | null;

  /** The institution that this one is a branch of. */
  @ForeignKey('Institution', { name: 'institution_parent' })
  @Column('uuid', { name: 'parent_id', nullable: true })
  parentId: string | null;

  @Column('text', { name: 'head_name', nullable: true })
  headName: string | null;

  @Column('date', { name: 'founded_on', nullable: true })
  foundedOn: string | null;

  @Column('text', { nullable: true })
  address: string | null;

  @Column('text', { name: 'address_object_code', nullable: true })
  addressObjectCode: string | null;

  @Column('text', { nullable: true })
  website: string | null;

  @Column('text', { name: 'county_code', nullable: true })
  countyCode: string | null;

  @Column('text', { name: 'municipality_code', nullable: true })
  municipalityCode: string | null;

  /** WGS84 degrees. */
  @Column('double precision', { nullable: true })
  latitude: number | null;

  @Column('double precision', { nullable: true })
  longitude: number | null;

  @Column('text')
  state: InstitutionState;

  /** Institutions that go on with what a closed one did. */
  @Column('jsonb', { name: 'successor_ids', default: [] })
  successorIds: string[];
}
