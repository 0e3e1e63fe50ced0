import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { CodeScheme } from './institution-code.rules.js';

@Entity('institution')
@Unique('institution_code_taken', ['codeScheme', 'code'])
export class Institution {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'institution_pk' })
  id: string;

  @Column('integer')
  version: number;

  @Column('text', { name: 'code_scheme' })
  codeScheme: CodeScheme;

  @Column('text')
  code: string;

  @Column('text')
  name: string;

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
  state: 'REGISTERED' | 'CLOSED';

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;
}
