import { IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min, MinLength } from 'class-validator';
import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { IsDay } from '@meistras/platform/http/day';
import { AboutEntryDto, AsOfPageQuery, StatedTerms } from '../register/register.dto.js';
import { deregistrationReasons, providerSchemes, purposes } from './non-formal-programme.rules.js';
import type { DeregistrationReason, ProviderScheme, Purpose } from './non-formal-programme.rules.js';

/** What may change of a non-formal programme without its code changing. */
export class NonFormalProgrammeFactsDto extends StatedTerms {
  /** @example "Skaitmeninio raštingumo ugdymas" */
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  name: string;

  /** @example "Developing digital literacy" */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  nameEn?: string;

  @IsIn(purposes)
  purpose: Purpose;

  /** @example "Information technologies" */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  direction?: string;

  /** @example "Programming" */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  branch?: string;

  /**
   * What a participant must bring.
   * @example "None"
   */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(2_000)
  requirements?: string;

  /**
   * Academic hours.
   * @example 40
   */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 10_000 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10_000)
  hours?: number;

  /** Whose code the provider bears. */
  @IsIn(providerSchemes)
  providerScheme: ProviderScheme;

  /** @example "188603091" */
  @Matches(/^\S{1,20}$/)
  providerCode: string;

  /**
   * ISO 3166-2 code of the municipality in which it is run; one that is run in several is registered once for each.
   * @example "LT-16"
   */
  @Matches(/^[A-Z]{2}-[A-Z0-9]{1,3}$/)
  municipalityCode: string;
}

export class RegisterNonFormalProgrammeDto extends NonFormalProgrammeFactsDto {
  /** @example "120003456" */
  @Matches(/^[A-Za-z0-9._-]{1,20}$/)
  code: string;
}

/** The natural key of a non-formal programme, as it stands in a path. */
export class NonFormalProgrammeCodeParams {
  /** @example "120003456" */
  @Matches(/^[A-Za-z0-9._-]{1,20}$/)
  code: string;
}

/** The end of a non-formal programme in the register. */
export class DeregisterNonFormalProgrammeDto extends StatedTerms {
  @IsIn(deregistrationReasons)
  deregistrationReason: DeregistrationReason;

  /** First day on which it is no longer registered. */
  @ApiProperty({ format: 'date', required: true })
  @IsDay()
  override validFrom: string;
}

export class NonFormalProgrammeDto extends IntersectionType(RegisterNonFormalProgrammeDto, AboutEntryDto) {
  @ApiProperty({ enum: ['REGISTERED', 'DEREGISTERED'] })
  state: 'REGISTERED' | 'DEREGISTERED';
  @ApiProperty({ enum: deregistrationReasons })
  deregistrationReason?: DeregistrationReason;
}

export class NonFormalProgrammePageDto {
  items: NonFormalProgrammeDto[];
  next?: string;
}

export class NonFormalProgrammesQuery extends AsOfPageQuery {
  /** Only the programme with this code. */
  @IsOptional()
  @IsString()
  @MaxLength(20)
  code?: string;

  @IsOptional()
  @IsIn(purposes)
  purpose?: Purpose;

  /** Only programmes of this provider. */
  @IsOptional()
  @IsString()
  @MaxLength(20)
  providerCode?: string;

  /** Only programmes run in this municipality (ISO 3166-2). */
  @IsOptional()
  @Matches(/^[A-Z]{2}-[A-Z0-9]{1,3}$/)
  municipalityCode?: string;

  @IsOptional()
  @IsIn(['REGISTERED', 'DEREGISTERED'])
  state?: 'REGISTERED' | 'DEREGISTERED';
}
