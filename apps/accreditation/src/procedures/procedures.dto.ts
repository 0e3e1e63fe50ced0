import { IsIn, IsOptional, IsString, IsUUID, Matches, MaxLength, MinLength } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { IsDay } from '@meistras/platform/http/day';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { Procedure } from './procedure.entity.js';
import { expertiseResults, procedureStates } from './procedure.rules.js';
import type { ProcedureState } from './procedure.rules.js';

export class SubmitProcedureDto {
  /** The institution that asks for the licence. */
  @ApiProperty({ format: 'uuid', example: '0198c0de-0000-7000-8000-000000000001' })
  @IsUUID()
  institutionId: string;

  /** The programme that it wants to run. */
  @ApiProperty({ format: 'uuid', example: '0198c0de-0000-7000-8000-000000000002' })
  @IsUUID()
  programmeId: string;
}

/** An expertise act. */
export class ReviewDto {
  /** What the experts found. */
  @IsIn(expertiseResults)
  result: (typeof expertiseResults)[number];

  /**
   * Number of the expertise act; no two acts share one.
   * @example "E-17"
   */
  @Matches(/^\S(.{0,48}\S)?$/)
  actNumber: string;

  /** @example "2026-06-01" */
  @IsDay()
  actOn: string;
}

export class RefuseDto {
  /** @example "The equipment does not meet the programme." */
  @IsString()
  @MinLength(1)
  @MaxLength(2000)
  reason: string;

  /** @example "V-102" */
  @IsOptional()
  @Matches(/^\S(.{0,48}\S)?$/)
  actNumber?: string;

  @IsOptional()
  @IsDay()
  actOn?: string;
}

export class ProcedureDto extends SubmitProcedureDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ type: 'integer', example: 1 })
  version: number;
  @ApiProperty({ enum: procedureStates })
  state: ProcedureState;
  /** Absent until the procedure is reviewed. */
  expertise?: ReviewDto;
  /** Absent unless it was refused. */
  refusal?: RefuseDto;
  /** The decision that it led to. */
  @ApiProperty({ format: 'uuid' })
  decisionId?: string;
  @ApiProperty({ format: 'date-time' })
  submittedAt: string;
  /** When its newest state was recorded. */
  @ApiProperty({ format: 'date-time' })
  recordedAt: string;
}

export class ProcedurePageDto {
  items: ProcedureDto[];
  next?: string;
}

export class ProceduresQuery extends PageQuery {
  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  institutionId?: string;

  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  programmeId?: string;

  @IsOptional()
  @IsIn(procedureStates)
  state?: ProcedureState;
}

export function toProcedureDto(procedure: Procedure): ProcedureDto {
  const { id, version, institutionId, programmeId, state, expertise, refusal, decisionId } = procedure;
  return {
    ...{ id, version, institutionId, programmeId, state },
    submittedAt: procedure.submittedAt.toISOString(),
    recordedAt: procedure.recordedAt.toISOString(),
    ...(expertise === null ? {} : { expertise }),
    ...(refusal === null ? {} : { refusal }),
    ...(decisionId === null ? {} : { decisionId }),
  };
}
