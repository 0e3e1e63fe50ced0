import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsInt,
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
import { IsDay } from '@meistras/platform/http/day';
import { AboutEntryDto, AsOfPageQuery, StatedTerms } from '../register/register.dto.js';
import type { Competence } from './occupational-standard.rules.js';

export class CompetenceDto implements Competence {
  /**
   * Unique in the standard.
   * @example "K-1"
   */
  @Matches(/^\S{1,20}$/)
  code: string;

  /** @example "Plan and prepare software tests" */
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  name: string;

  /**
   * The level at which it is needed, where the standard says one.
   * @example 4
   */
  @ApiProperty({ type: 'integer' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(8)
  eqfLevel?: number;
}

/** What may change of an occupational standard without its code changing. */
export class OccupationalStandardFactsDto extends StatedTerms {
  /** @example "Informacinių ir ryšių technologijų sektoriaus profesinis standartas" */
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  name: string;

  /** @example "Occupational standard of the sector of information and communication technologies" */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  nameEn?: string;

  /**
   * Sector of the economy that it is for.
   * @example "Information and communication technologies"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  sector: string;

  /** @example "2019-05-06" */
  @IsDay()
  approvedOn: string;

  /** All competences. In a table the column is left out, which leaves them as they are. */
  @ApiProperty({ type: () => [CompetenceDto] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(500)
  @ValidateNested({ each: true })
  @Type(() => CompetenceDto)
  competences?: CompetenceDto[];
}

/** The natural key of an occupational standard, as it stands in a path. */
export class OccupationalStandardCodeParams {
  /** @example "PST-06" */
  @Matches(/^[A-Za-z0-9._-]{1,20}$/)
  code: string;
}

export class RegisterOccupationalStandardDto extends IntersectionType(
  OccupationalStandardFactsDto,
  OccupationalStandardCodeParams,
) {}

export class OccupationalStandardDto extends IntersectionType(RegisterOccupationalStandardDto, AboutEntryDto) {
  @ApiProperty({ enum: ['REGISTERED', 'DEREGISTERED'] })
  state: 'REGISTERED' | 'DEREGISTERED';
  /** Empty where they are not given. */
  @ApiProperty({ type: () => [CompetenceDto], required: true })
  override competences: CompetenceDto[];
}

export class OccupationalStandardPageDto {
  items: OccupationalStandardDto[];
  next?: string;
}

export class OccupationalStandardsQuery extends AsOfPageQuery {
  /** Only the standard with this code. */
  @IsOptional()
  @IsString()
  @MaxLength(20)
  code?: string;

  /** Only standards of this sector. */
  @IsOptional()
  @IsString()
  @MaxLength(250)
  sector?: string;
}
