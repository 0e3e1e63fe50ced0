import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A programme at an institution in one stage, with its seats. */
@Entity('offering')
@Index('offering_taken', ['stageId', 'institutionId', 'programmeId'], { unique: true, where: `state = 'OPEN'` })
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
