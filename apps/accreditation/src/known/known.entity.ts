import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An institution as the registers announced it. */
@Entity('known_institution')
@Index('known_institution_code', ['codeScheme', 'code'])
export class KnownInstitution {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'known_institution_pk' })
  id: string;

  @Column('integer')
  version: number;

  @Column('text', { name: 'code_scheme' })
  codeScheme: string;

  @Column('text')
  code: string;

  @Column('text')
  state: 'REGISTERED' | 'CLOSED';
}

/** A programme as the registers announced it. */
@Entity('known_programme')
@Index('known_programme_code', ['codeScheme', 'code'])
export class KnownProgramme {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'known_programme_pk' })
  id: string;

  @Column('integer')
  version: number;

  @Column('text', { name: 'code_scheme' })
  codeScheme: string;

  @Column('text')
  code: string;

  @Column('text')
  state: 'REGISTERED' | 'SUPERSEDED' | 'DEREGISTERED';
}
