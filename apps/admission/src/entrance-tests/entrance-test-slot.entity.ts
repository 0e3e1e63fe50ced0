import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** When and where the entrance test of a programme is held (R-ADM-20). */
@Entity('entrance_test_slot')
@Index('entrance_test_slot_of', ['stageId', 'programmeId', 'startsAt'])
export class EntranceTestSlot {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'entrance_test_slot_pk' })
  id: string;

  @Column('integer')
  version: number;

  @Column('uuid', { name: 'stage_id' })
  @ForeignKey('Stage', { name: 'entrance_test_slot_stage_fk' })
  stageId: string;

  @Column('integer')
  year: number;

  @Column('uuid', { name: 'programme_id' })
  programmeId: string;

  /** The centre: the institution that holds the test. */
  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('timestamptz', { name: 'starts_at' })
  startsAt: Date;

  @Column('integer')
  places: number;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;
}
