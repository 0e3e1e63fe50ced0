import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
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
import { codeSchemes } from '../institutions/institution-code.rules.js';
import type { CodeScheme } from '../institutions/institution-code.rules.js';
import { IsInstitutionCode } from '../institutions/institution-code.validator.js';
import { AboutEntryDto, AsOfPageQuery, StatedTerms } from '../register/register.dto.js';
import type { Workplace } from './employer.rules.js';

export class WorkplaceDto implements Workplace {
  /**
   * Unique at the employer.
   * @example "W-1"
   */
  @Matches(/^\S{1,20}$/)
  code: string;

  /** @example "Welding shop" */
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  name: string;

  /**
   * ISO 3166-2 code of the municipality.
   * @example "LT-16"
   */
  @IsOptional()
  @Matches(/^[A-Z]{2}-[A-Z0-9]{1,3}$/)
  municipalityCode?: string;

  /**
   * Fields of education (ISCED-F 2013) that it is accredited for.
   * @example ["0715"]
   */
  @ApiProperty({ type: [String] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ArrayUnique()
  @Matches(/^\d{2,4}$/, { each: true })
  fieldCodes: string[];

  /**
   * Learners at the same time.
   * @example 4
   */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 10_000 })
  @IsInt()
  @Min(1)
  @Max(10_000)
  capacity: number;

  /** @example "2026-01-01" */
  @IsDay()
  accreditedFrom: string;

  /**
   * First day without accreditation.
   * @example "2031-01-01"
   */
  @IsOptional()
  @IsDay()
  accreditedTo?: string;
}

/** What may change of an employer without its code changing. */
export class EmployerFactsDto extends StatedTerms {
  /** @example "Example Metalworks" */
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  name: string;

  /** @example "Pramonės g. 1, 52115 Kaunas" */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  address?: string;

  /**
   * ISO 3166-2 code of the municipality.
   * @example "LT-16"
   */
  @IsOptional()
  @Matches(/^[A-Z]{2}-[A-Z0-9]{1,3}$/)
  municipalityCode?: string;

  /** All accredited workplaces. In a table the column is left out, which leaves them as they are. */
  @ApiProperty({ type: () => [WorkplaceDto] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(500)
  @ValidateNested({ each: true })
  @Type(() => WorkplaceDto)
  workplaces?: WorkplaceDto[];
}

export class RegisterEmployerDto extends EmployerFactsDto {
  /** Whose code it is: `JAR` for legal entities of Lithuania. */
  @IsIn(codeSchemes)
  codeScheme: CodeScheme;

  /**
   * The employer's code with its check digit.
   * @example "188603091"
   */
  @IsInstitutionCode()
  code: string;
}

/** The natural key of an employer, as it stands in a path. */
export class EmployerCodeParams {
  /** Whose code it is. */
  @IsIn(codeSchemes)
  codeScheme: CodeScheme;

  /**
   * The employer's code with its check digit.
   * @example "188603091"
   */
  @IsInstitutionCode()
  code: string;
}

export class EmployerDto extends IntersectionType(RegisterEmployerDto, AboutEntryDto) {
  @ApiProperty({ enum: ['REGISTERED', 'DEREGISTERED'] })
  state: 'REGISTERED' | 'DEREGISTERED';
  @ApiProperty({ type: () => [WorkplaceDto], required: true })
  override workplaces: WorkplaceDto[];
}

export class EmployerPageDto {
  items: EmployerDto[];
  next?: string;
}

export class EmployersQuery extends AsOfPageQuery {
  /** Only the employer with this code. */
  @IsOptional()
  @IsString()
  @MaxLength(20)
  code?: string;

  /** Only employers of this municipality (ISO 3166-2). */
  @IsOptional()
  @Matches(/^[A-Z]{2}-[A-Z0-9]{1,3}$/)
  municipalityCode?: string;
}
