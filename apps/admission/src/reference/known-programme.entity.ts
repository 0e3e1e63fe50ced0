import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A programme as its register announced it. */
@Entity('known_programme')
@Index('known_programme_code', ['codeScheme', 'code'])
export class KnownProgramme {
  @PrimaryColumn('uuid', { name: 'programme_id', primaryKeyConstraintName: 'known_programme_pk' })
  programmeId: string;

  @Column('integer')
  version: number;

  @Column('text', { name: 'code_scheme' })
  codeScheme: string;

  @Column('text')
  code: string;

  /** ISCED-F 2013, 2 to 4 digits. */
  @Column('text', { name: 'field_code' })
  fieldCode: string;

  @Column('text')
  kind: 'INITIAL' | 'CONTINUING' | 'HIGHER';

  @Column('integer', { name: 'eqf_level' })
  eqfLevel: number;

  @Column('integer')
  credits: number;

  @Column('text')
  state: 'REGISTERED' | 'SUPERSEDED' | 'DEREGISTERED';
}
