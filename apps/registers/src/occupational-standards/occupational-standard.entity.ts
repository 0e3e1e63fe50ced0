import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import { RegisterEntry } from '../register/register-entry.js';
import type { Competence } from './occupational-standard.rules.js';

/** What an occupation of a sector asks of a person; qualifications rest on it. */
@Entity('occupational_standard')
@Unique('occupational_standard_code_taken', ['code'])
export class OccupationalStandard extends RegisterEntry {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'occupational_standard_pk' })
  id: string;

  @Column('text')
  code: string;

  @Column('text')
  name: string;

  @Column('text', { name: 'name_en', nullable: true })
  nameEn: string | null;

  @Column('text')
  sector: string;

  @Column('date', { name: 'approved_on' })
  approvedOn: string;

  /** Replaced as a whole with the standard's other facts; empty where they are not given. */
  @Column('jsonb')
  competences: Competence[];

  @Column('text')
  state: 'REGISTERED' | 'DEREGISTERED';
}
