import { IsIn, IsInt, IsOptional, IsString, IsUUID, Min } from 'class-validator';
import { DomainEvent } from '../../event.js';

export const movementReasons = ['STAGE_CLOSED', 'AGREEMENT_TERMINATED'] as const;
export type MovementReason = (typeof movementReasons)[number];

/** State-funded places of a field went on to a later stage, or back to the state after the last one (R-ADM-33, R-ADM-34). */
export class PlacesCarriedOverV1 extends DomainEvent {
  static readonly type = 'admission.places.carried-over.v1';
  static readonly key = 'movementId';

  @IsUUID()
  movementId: string;

  /** Year of the campaign. */
  @IsInt()
  year: number;

  @IsUUID()
  fromStageId: string;

  /** Absent: back to the state. */
  @IsOptional()
  @IsUUID()
  toStageId?: string;

  /** The funded pool. */
  @IsString()
  fieldCode: string;

  @IsInt()
  @Min(1)
  places: number;

  @IsIn(movementReasons)
  reason: MovementReason;
}
