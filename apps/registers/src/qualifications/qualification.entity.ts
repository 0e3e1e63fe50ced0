import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import { RegisterEntry } from '../register/register-entry.js';

/** What a person may be awarded. */
@Entity('qualification')
@Unique('qualification_code_taken', ['code'])
export class Qualification extends RegisterEntry {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'qualification_pk' })
  id: string;

  @Column('text')
  code: string;

  @Column('text')
  name: string;

  @Column('text', { name: 'name_en', nullable: true })
  nameEn: string | null;

  @Column('integer', { name: 'eqf_level' })
  eqfLevel: number;

  /** ISCED-F 2013, item of KL_ISCED_F. */
  @Column('text', { name: 'field_code', nullable: true })
  fieldCode: string | null;

  /** The occupational standard that it rests on. */
  @Column('text', { name: 'standard_code', nullable: true })
  standardCode: string | null;

  /** Codes of the modules without which it is not awarded. */
  @Column('jsonb', { name: 'required_modules' })
  requiredModules: string[];

  @Column('text')
  state: 'REGISTERED' | 'DEREGISTERED';
}
