import { IsIn, IsOptional, IsString, IsUUID, MaxLength, MinLength } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { recordParts } from '@meistras/contracts/events/registers/record';
import type { RecordPart } from '@meistras/contracts/events/registers/record';
import { withoutNulls } from '@meistras/platform/http/validation';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { CorrectionRequest } from './correction-request.entity.js';
import { correctionStates } from './correction.rules.js';
import type { CorrectionState } from './correction.rules.js';

class StatedWrong {
  /**
   * What is wrong, and what would be right.
   * @example "I finished on 2026-06-20, not on 2026-06-02."
   */
  @IsString()
  @MinLength(1)
  @MaxLength(2_000)
  statement: string;
}

export class RequestMyCorrectionDto extends StatedWrong {
  /** Which part of the record is wrong. */
  @IsIn(recordParts)
  about: RecordPart;

  /** Which enrolment or certificate; left out for the other parts. */
  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  entryId?: string;
}

/** By whoever answers for a certificate (R-REG-19). */
export class RequestCertificateCorrectionDto extends StatedWrong {
  /** The institution that issued it. */
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  institutionId: string;

  /** The certificate's entry. */
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  entryId: string;
}

export class AcceptCorrectionDto {
  /**
   * What was corrected, and where.
   * @example "Corrected in learning-records"
   */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  reason?: string;
}

export class RefuseCorrectionDto {
  /** @example "The diploma on file says the same" */
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  reason: string;
}

export class CorrectionsQuery extends PageQuery {
  @IsOptional()
  @IsIn(correctionStates)
  state?: CorrectionState;
}

export class CorrectionRequestDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ type: 'integer', example: 1 })
  version: number;
  @ApiProperty({ enum: correctionStates })
  state: CorrectionState;
  @ApiProperty({ format: 'uuid' })
  learnerId: string;
  @ApiProperty({ enum: recordParts })
  about: RecordPart;
  /** The learner, the enrolment or the certificate's entry. */
  @ApiProperty({ format: 'uuid' })
  entryId: string;
  statement: string;
  /** Who decides; absent when that is a national body. */
  @ApiProperty({ format: 'uuid' })
  institutionId?: string;
  @ApiProperty({ enum: ['PERSON', 'PROVIDER'] })
  askedBy: 'PERSON' | 'PROVIDER';
  /** The institution that asks. */
  @ApiProperty({ format: 'uuid' })
  providerId?: string;
  @ApiProperty({ format: 'date-time' })
  askedAt: string;
  decidedBy?: string;
  @ApiProperty({ format: 'date-time' })
  decidedAt?: string;
  reason?: string;
}

export class CorrectionRequestPageDto {
  items: CorrectionRequestDto[];
  next?: string;
}

export const toCorrectionDto = (request: CorrectionRequest): CorrectionRequestDto =>
  withoutNulls({
    ...request,
    askedAt: request.askedAt.toISOString(),
    decidedAt: request.decidedAt?.toISOString() ?? null,
  }) as unknown as CorrectionRequestDto;
