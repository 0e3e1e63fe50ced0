import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** State-funded places of one broad field in one stage: a quota that its offerings share (R-ADM-10, R-ADM-26). */
@Entity('funded_pool')
export class FundedPool {
  @PrimaryColumn('uuid', { name: 'stage_id', primaryKeyConstraintName: 'funded_pool_pk' })
  @ForeignKey('Stage', { name: 'funded_pool_stage_fk' })
  stageId: string;

  /** Leading digits of the ISCED-F code, as `adm.pool.key` says (R-ADM-27). */
  @PrimaryColumn('text', { name: 'field_code', primaryKeyConstraintName: 'funded_pool_pk' })
  fieldCode: string;

  @Column('integer')
  version: number;

  /** Places that the act gives this stage; a change of the plan once places are carried over. */
  @Column('integer')
  planned: number;

  /** Places that earlier stages left (F-ADM-4). */
  @Column('integer', { name: 'carried_over' })
  carriedOver: number;

  /** Places that the stage gives out: planned and carried over together. */
  @Column('integer')
  quota: number;

  @Column('text')
  act: string;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;
}
