import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import { RegisterEntry } from '../register/register-entry.js';
import type { DeregistrationReason, ProviderScheme, Purpose } from './non-formal-programme.rules.js';

/** A programme outside formal education, in one municipality (R-REG-16). */
@Entity('non_formal_programme')
@Unique('non_formal_programme_code_taken', ['code'])
export class NonFormalProgramme extends RegisterEntry {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'non_formal_programme_pk' })
  id: string;

  @Column('text')
  code: string;

  @Column('text')
  name: string;

  @Column('text', { name: 'name_en', nullable: true })
  nameEn: string | null;

  @Column('text')
  purpose: Purpose;

  @Column('text', { nullable: true })
  direction: string | null;

  @Column('text', { nullable: true })
  branch: string | null;

  @Column('text', { nullable: true })
  requirements: string | null;

  @Column('integer', { nullable: true })
  hours: number | null;

  @Column('text', { name: 'provider_scheme' })
  providerScheme: ProviderScheme;

  @Column('text', { name: 'provider_code' })
  providerCode: string;

  @Column('text', { name: 'municipality_code' })
  municipalityCode: string;

  @Column('text')
  state: 'REGISTERED' | 'DEREGISTERED';

  @Column('text', { name: 'deregistration_reason', nullable: true })
  deregistrationReason: DeregistrationReason | null;
}
