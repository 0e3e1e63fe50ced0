import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { CodeScheme } from '../institutions/institution-code.rules.js';
import { RegisterEntry } from '../register/register-entry.js';
import type { Workplace } from './employer.rules.js';

/** An employer that takes learners for practical training. */
@Entity('employer')
@Unique('employer_code_taken', ['codeScheme', 'code'])
export class Employer extends RegisterEntry {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'employer_pk' })
  id: string;

  @Column('text', { name: 'code_scheme' })
  codeScheme: CodeScheme;

  @Column('text')
  code: string;

  @Column('text')
  name: string;

  @Column('text', { nullable: true })
  address: string | null;

  @Column('text', { name: 'municipality_code', nullable: true })
  municipalityCode: string | null;

  /** Accredited workplaces; replaced as a whole with the employer's other facts. */
  @Column('jsonb')
  workplaces: Workplace[];

  @Column('text')
  state: 'REGISTERED' | 'DEREGISTERED';
}
