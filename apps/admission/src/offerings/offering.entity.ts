import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { Awards } from './offering.rules.js';

/** A programme, or a single module of it, at an institution in one stage, with its seats. */
@Entity('offering')
@Index('offering_taken', ['stageId', 'institutionId', 'programmeId', 'moduleCode', 'unitCode', 'apprenticeship'], {
  unique: true,
  where: `state = 'OPEN'`,
})
@Index('offering_of', ['institutionId', 'programmeId'])
export class Offering {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'offering_pk' })
  id: string;

  @Column('integer')
  version: number;

  @Column('uuid', { name: 'stage_id' })
  @ForeignKey('Stage', { name: 'offering_stage_fk' })
  stageId: string;

  @Column('integer')
  year: number;

  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('uuid', { name: 'programme_id' })
  programmeId: string;

  /** The single module that is offered (R-ADM-04); empty for the whole programme. */
  @Column('text', { name: 'module_code' })
  moduleCode: string;

  /** Credits of the single module; null for the whole programme. */
  @Column('integer', { name: 'module_credits', nullable: true })
  moduleCredits: number | null;

  /** The branch of the institution that teaches; empty for its seat. */
  @Column('text', { name: 'unit_code' })
  unitCode: string;

  @Column('boolean')
  apprenticeship: boolean;

  /** What the learner holds in the end. */
  @Column('text')
  awards: Awards;

  /** Whether only who passed the programme's entrance test competes (R-ADM-20). */
  @Column('boolean', { name: 'entrance_test' })
  entranceTest: boolean;

  /** ISCED-F code of the programme when the offering was planned. */
  @Column('text', { name: 'field_code' })
  fieldCode: string;

  /** The funded pool that its state-funded seats draw on (R-ADM-27). */
  @Column('text', { name: 'pool_code' })
  poolCode: string;

  @Column('integer', { name: 'funded_seats' })
  fundedSeats: number;

  @Column('integer', { name: 'non_funded_seats' })
  nonFundedSeats: number;

  /** WGS84 degrees. */
  @Column('double precision', { nullable: true })
  latitude: number | null;

  @Column('double precision', { nullable: true })
  longitude: number | null;

  /** CLOSED: its accreditation lapsed. */
  @Column('text')
  state: 'OPEN' | 'CLOSED';

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;
}
