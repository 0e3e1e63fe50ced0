import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { RegisterEntry } from '../register/register-entry.js';
import type { ProgrammeKind, ProgrammeModule, ProgrammeScheme, ProgrammeState } from './programme.rules.js';

@Entity('programme')
@Unique('programme_code_taken', ['codeScheme', 'code'])
export class Programme extends RegisterEntry {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'programme_pk' })
  id: string;

  @Column('text', { name: 'code_scheme' })
  codeScheme: ProgrammeScheme;

  @Column('text')
  code: string;

  @Column('text')
  name: string;

  @Column('text', { name: 'name_en', nullable: true })
  nameEn: string | null;

  @Column('text')
  kind: ProgrammeKind;

  /** ISCED-F 2013, item of KL_ISCED_F. */
  @Column('text', { name: 'field_code' })
  fieldCode: string;

  @Column('integer', { name: 'eqf_level' })
  eqfLevel: number;

  @Column('integer')
  credits: number;

  /** Replaced as a whole with the programme's other facts; empty where they are not given. */
  @Column('jsonb')
  modules: ProgrammeModule[];

  /** The qualification that it leads to. */
  @Column('text', { name: 'qualification_code', nullable: true })
  qualificationCode: string | null;

  @Column('text')
  state: ProgrammeState;

  /** The programme under the new code, of a superseded one. */
  @ForeignKey('Programme', { name: 'programme_successor' })
  @Column('uuid', { name: 'successor_id', nullable: true })
  successorId: string | null;
}
