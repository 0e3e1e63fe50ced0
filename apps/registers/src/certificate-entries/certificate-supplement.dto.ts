import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { withoutNulls } from '@meistras/platform/http/validation';
import { IsDay } from '@meistras/platform/http/day';
import { AboutEntryDto, StatedTerms } from '../register/register.dto.js';
import type { CertificateSupplement } from './certificate-supplement.entity.js';
import type { SupplementFacts } from './certificate-supplement.rules.js';

/** A module on a supplement. */
export class SupplementModuleDto {
  /**
   * State code of the module, where it has one.
   * @example "4061302"
   */
  @IsOptional()
  @Matches(/^\S{1,20}$/)
  code?: string;

  /** @example "Manual testing of software" */
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  name: string;

  /** @example 10 */
  @ApiProperty({ type: 'number', format: 'double' })
  @IsNumber({ maxDecimalPlaces: 2 })
  @Min(0)
  @Max(1_000)
  credits: number;

  /**
   * 1 to 10; absent for one that was recognised or is not marked.
   * @example 9
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10)
  mark?: number;

  /**
   * Number of the decision that recognised what was learnt before (R-LR-38).
   * @example "PR-12"
   */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(50)
  recognisedBy?: string;
}

/** The final assessment of competences (R-LR-20). */
export class SupplementAssessmentDto {
  /** @example "2026-06-12" */
  @IsOptional()
  @IsDay()
  assessedOn?: string;

  /**
   * Points of the theory test (R-LR-21).
   * @example 82
   */
  @ApiProperty({ type: 'number', format: 'double' })
  @IsOptional()
  @IsNumber({ maxDecimalPlaces: 2 })
  @Min(0)
  @Max(1_000)
  theoryPoints?: number;

  /**
   * Points that could be reached.
   * @example 100
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000)
  theoryMaximum?: number;

  /**
   * Mark of the practical part, 1 to 10 (R-LR-24).
   * @example 9
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10)
  practicalMark?: number;

  /**
   * Mean of the practical marks of the qualification modules (R-LR-25).
   * @example 8.75
   */
  @ApiProperty({ type: 'number', format: 'double' })
  @IsOptional()
  @IsNumber({ maxDecimalPlaces: 2 })
  @Min(1)
  @Max(10)
  trainingMark?: number;
}

/** What a supplement says, without a word about who the holder is. */
export class SupplementFactsDto {
  /** @example "Software tester" */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  qualification?: string;

  /**
   * Level of the Lithuanian qualifications framework.
   * @example 4
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(8)
  ltqfLevel?: number;

  /**
   * Of the whole programme.
   * @example 60
   */
  @ApiProperty({ type: 'number', format: 'double' })
  @IsOptional()
  @IsNumber({ maxDecimalPlaces: 2 })
  @Min(0)
  @Max(1_000)
  credits?: number;

  /** @example "2024-09-01" */
  @IsOptional()
  @IsDay()
  studiedFrom?: string;

  /**
   * Last day of the studies.
   * @example "2026-06-15"
   */
  @IsOptional()
  @IsDay()
  studiedTo?: string;

  /**
   * Language of instruction (ISO 639-1).
   * @example "lt"
   */
  @IsOptional()
  @Matches(/^[a-z]{2}$/)
  languageCode?: string;

  /** In the order of the supplement. */
  @ApiProperty({ type: () => [SupplementModuleDto] })
  @IsArray()
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => SupplementModuleDto)
  modules: SupplementModuleDto[];

  @ApiProperty({ type: () => SupplementAssessmentDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => SupplementAssessmentDto)
  assessment?: SupplementAssessmentDto;
}

/** The first statement holds from the day of issue on, if it says no other day. */
export class StatedSupplementDto extends IntersectionType(SupplementFactsDto, StatedTerms) {}

export class CertificateSupplementDto extends IntersectionType(SupplementFactsDto, AboutEntryDto) {
  @ApiProperty({ format: 'uuid' })
  certificateEntryId: string;
}

export function toSupplementDto(supplement: CertificateSupplement, facts: SupplementFacts): CertificateSupplementDto {
  const { id, version, certificateEntryId, validFrom, validTo, recordedAt, provider, legalBasis, reason } = supplement;
  return withoutNulls({
    ...{ id, version, certificateEntryId, validFrom, validTo, recordedAt: recordedAt.toISOString(), provider },
    ...{ legalBasis, reason },
    ...facts,
  }) as unknown as CertificateSupplementDto;
}
