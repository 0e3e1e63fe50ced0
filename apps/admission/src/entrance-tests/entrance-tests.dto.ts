import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsUUID,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { PageQuery } from '@meistras/platform/paging/paging';
import { IsInstant } from '@meistras/platform/http/instant';
import { testResults } from './entrance-test-result.entity.js';
import type { TestResult } from './entrance-test-result.entity.js';
import type { EntranceTestSlot } from './entrance-test-slot.entity.js';

export class PlanSlotDto {
  @IsUUID()
  stageId: string;

  @IsUUID()
  programmeId: string;

  /** The centre: the institution that holds the test. */
  @IsUUID()
  institutionId: string;

  /** @example "2026-07-15T06:00:00Z" */
  @IsInstant()
  startsAt: string;

  /** @example 30 */
  @IsInt()
  @Min(1)
  @Max(10_000)
  places: number;
}

export class SlotDto extends PlanSlotDto {
  id: string;
  version: number;
  /** @example 2026 */
  year: number;
  /** Places that are taken. */
  registered: number;
  recordedAt: string;
}

export class SlotPageDto {
  items: SlotDto[];
  next?: string;
}

export class SlotsQuery extends PageQuery {
  /** Only tests of this stage. */
  @IsOptional()
  @IsUUID()
  stageId?: string;

  /** Only tests of this programme. */
  @IsOptional()
  @IsUUID()
  programmeId?: string;

  /** Only tests at this centre. */
  @IsOptional()
  @IsUUID()
  institutionId?: string;
}

export class RegisterForTestDto {
  @IsUUID()
  learnerId: string;
}

export class TestRegistrationDto extends RegisterForTestDto {
  slotId: string;
  recordedAt: string;
}

export class LearnerTestResultDto extends RegisterForTestDto {
  @IsIn(testResults)
  result: TestResult;
}

export class StateTestResultsDto {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @ArrayUnique(({ learnerId }: LearnerTestResultDto) => learnerId)
  @ValidateNested({ each: true })
  @Type(() => LearnerTestResultDto)
  results: LearnerTestResultDto[];
}

export class TestResultsStatedDto {
  /** Results that are new or other than before. */
  stated: number;
  /** Results that stood already. */
  unchanged: number;
}

/** A slot with how many of its places are taken. */
export type SeenSlot = EntranceTestSlot & { registered: number };

export function toSlotDto({ startsAt, recordedAt, ...slot }: SeenSlot): SlotDto {
  return { ...slot, startsAt: startsAt.toISOString(), recordedAt: recordedAt.toISOString() };
}
