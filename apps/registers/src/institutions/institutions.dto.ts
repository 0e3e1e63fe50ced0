import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsLatitude,
  IsLongitude,
  IsNumber,
  IsOptional,
  IsString,
  IsUrl,
  IsUUID,
  Matches,
  MaxLength,
  MinLength,
} from 'class-validator';
import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { IsDay } from '@meistras/platform/http/day';
import { AboutEntryDto, AsOfPageQuery, StatedTerms } from '../register/register.dto.js';
import { codeSchemes } from './institution-code.rules.js';
import type { CodeScheme } from './institution-code.rules.js';
import { IsInstitutionCode } from './institution-code.validator.js';
import { institutionStates, institutionTypes, ownerships } from './institution.rules.js';
import type { InstitutionState, InstitutionType, Ownership } from './institution.rules.js';

/** What may change of an institution without its code changing. */
export class InstitutionFactsDto extends StatedTerms {
  /** @example "Kauno technikos profesinio mokymo centras" */
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  name: string;

  /** @example "Kaunas Vocational Training Centre for Technicians" */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  nameEn?: string;

  @IsOptional()
  @IsIn(institutionTypes)
  type?: InstitutionType;

  @IsOptional()
  @IsIn(ownerships)
  ownership?: Ownership;

  /** The institution that this one is a branch of. */
  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  parentId?: string;

  /** @example "Head-07 Example-07" */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  headName?: string;

  /** @example "1996-09-01" */
  @IsOptional()
  @IsDay()
  foundedOn?: string;

  /** @example "Elektrėnų g. 7, 51193 Kaunas" */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  address?: string;

  /**
   * Code of the address in the Address Register (`aob_kodas`).
   * @example "155237394"
   */
  @IsOptional()
  @Matches(/^\S{1,20}$/)
  addressObjectCode?: string;

  /** @example "https://www.example.lt" */
  @IsOptional()
  @MaxLength(250)
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true })
  website?: string;

  /**
   * ISO 3166-2 code of the county.
   * @example "LT-KU"
   */
  @IsOptional()
  @Matches(/^[A-Z]{2}-[A-Z0-9]{1,3}$/)
  countyCode?: string;

  /**
   * ISO 3166-2 code of the municipality.
   * @example "LT-16"
   */
  @IsOptional()
  @Matches(/^[A-Z]{2}-[A-Z0-9]{1,3}$/)
  municipalityCode?: string;

  /**
   * WGS84 latitude in degrees.
   * @example 54.8985
   */
  @ApiProperty({ format: 'double', minimum: -90, maximum: 90 })
  @IsOptional()
  @IsNumber()
  @IsLatitude()
  latitude?: number;

  /**
   * WGS84 longitude in degrees.
   * @example 23.9036
   */
  @ApiProperty({ format: 'double', minimum: -180, maximum: 180 })
  @IsOptional()
  @IsNumber()
  @IsLongitude()
  longitude?: number;
}

export class RegisterInstitutionDto extends InstitutionFactsDto {
  /** Whose code it is: `JAR` for legal entities of Lithuania, `UAI` for French institutions. */
  @IsIn(codeSchemes)
  codeScheme: CodeScheme;

  /**
   * The institution's code with its check digit.
   * @example "188603091"
   */
  @IsInstitutionCode()
  code: string;
}

/** The natural key of an institution, as it stands in a path. */
export class InstitutionCodeParams {
  /** Whose code it is. */
  @IsIn(codeSchemes)
  codeScheme: CodeScheme;

  /**
   * The institution's code with its check digit.
   * @example "188603091"
   */
  @IsInstitutionCode()
  code: string;
}

export class InstitutionDto extends IntersectionType(RegisterInstitutionDto, AboutEntryDto) {
  @ApiProperty({ enum: institutionStates })
  state: InstitutionState;
  /** Institutions that go on with what a closed one did. */
  @ApiProperty({ type: [String], format: 'uuid' })
  successorIds: string[];
}

/** The end of an institution. */
export class CloseInstitutionDto extends StatedTerms {
  /** First day on which it is closed. */
  @ApiProperty({ format: 'date', required: true })
  @IsDay()
  override validFrom: string;

  /** Institutions of the register that go on with what it did: several after a split, the same one after a merger. */
  @ApiProperty({ type: [String], format: 'uuid' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  successorIds?: string[];
}

/** The beginning or the end of a reorganisation. */
export class ReorganiseInstitutionDto extends StatedTerms {
  /** First day on which it holds. */
  @ApiProperty({ format: 'date', required: true })
  @IsDay()
  override validFrom: string;
}

/** A new code of the same institution (R-REG-31). */
export class RecodeInstitutionDto extends StatedTerms {
  @IsIn(codeSchemes)
  codeScheme: CodeScheme;

  /**
   * The new code with its check digit.
   * @example "188603091"
   */
  @IsInstitutionCode()
  code: string;
}

export class InstitutionPageDto {
  items: InstitutionDto[];
  next?: string;
}

export class InstitutionsQuery extends AsOfPageQuery {
  /** Only the institution with this code. */
  @IsOptional()
  @IsString()
  @MaxLength(20)
  code?: string;

  /** Only institutions of this county (ISO 3166-2). */
  @IsOptional()
  @Matches(/^[A-Z]{2}-[A-Z0-9]{1,3}$/)
  countyCode?: string;

  /** Only institutions of this municipality (ISO 3166-2). */
  @IsOptional()
  @Matches(/^[A-Z]{2}-[A-Z0-9]{1,3}$/)
  municipalityCode?: string;

  @IsOptional()
  @IsIn(institutionTypes)
  type?: InstitutionType;

  /** Only branches of this institution. */
  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  parentId?: string;
}
