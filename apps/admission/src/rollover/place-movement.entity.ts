import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Why state-funded places go on: the stage closed, or an agreement ended afterwards and before teaching (R-ADM-34). */
export type MovementReason = 'STAGE_CLOSED' | 'AGREEMENT_TERMINATED';

/** State-funded places that went on to a later stage, or back to the state when none was left (R-ADM-33). Appended. */
@Entity('place_movement')
@Index('place_movement_once', ['fromStageId', 'fieldCode'], { unique: true, where: `reason = 'STAGE_CLOSED'` })
@Index('place_movement_agreement_once', ['agreementId'], { unique: true, where: 'agreement_id IS NOT NULL' })
@Index('place_movement_to', ['toStageId'])
export class PlaceMovement {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'place_movement_pk' })
  id: string;

  @Column('integer')
  year: number;

  @Column('uuid', { name: 'from_stage_id' })
  @ForeignKey('Stage', { name: 'place_movement_from_fk' })
  fromStageId: string;

  /** Null: back to the state. */
  @Column('uuid', { name: 'to_stage_id', nullable: true })
  @ForeignKey('Stage', { name: 'place_movement_to_fk' })
  toStageId: string | null;

  @Column('text', { name: 'field_code' })
  fieldCode: string;

  @Column('integer')
  places: number;

  @Column('text')
  reason: MovementReason;

  @Column('uuid', { name: 'agreement_id', nullable: true })
  agreementId: string | null;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;
}
