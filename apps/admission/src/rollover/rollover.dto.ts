import { IsOptional, IsUUID } from 'class-validator';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { PlaceMovement } from './place-movement.entity.js';

export class PlaceMovementDto {
  id: string;
  /** @example 2026 */
  year: number;
  fromStageId: string;
  /** Absent: the places went back to the state. */
  toStageId?: string;
  /** @example "07" */
  fieldCode: string;
  /** @example 13 */
  places: number;
  reason: 'STAGE_CLOSED' | 'AGREEMENT_TERMINATED';
  /** The agreement whose place it was. */
  agreementId?: string;
  recordedAt: string;
}

export class PlaceMovementPageDto {
  items: PlaceMovementDto[];
  next?: string;
}

export class PlaceMovementsQuery extends PageQuery {
  /** Only movements out of this stage or into it. */
  @IsOptional()
  @IsUUID()
  stageId?: string;
}

export function toPlaceMovementDto({
  toStageId,
  agreementId,
  recordedAt,
  ...movement
}: PlaceMovement): PlaceMovementDto {
  return {
    ...movement,
    recordedAt: recordedAt.toISOString(),
    ...(toStageId === null ? {} : { toStageId }),
    ...(agreementId === null ? {} : { agreementId }),
  };
}
