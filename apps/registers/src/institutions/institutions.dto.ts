import {
  IsIn,
  IsLatitude,
  IsLongitude,
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  MinLength,
} from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { PageQuery } from '@meistras/platform/paging/paging';
import { codeSchemes } from './institution-code.rules.js';
import type { CodeScheme } from './institution-code.rules.js';
import { IsInstitutionCode } from './institution-code.validator.js';
import type { Institution } from './institution.entity.js';

/** What may change of an institution without its code changing. */
export class InstitutionFactsDto {
  /** @example "Kauno technikos profesinio mokymo centras" */
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  name: string;

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

export class InstitutionDto extends RegisterInstitutionDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ type: 'integer', example: 1 })
  version: number;
  @ApiProperty({ enum: ['REGISTERED', 'CLOSED'] })
  state: 'REGISTERED' | 'CLOSED';
  /** When the register took the newest facts. */
  @ApiProperty({ format: 'date-time' })
  recordedAt: string;
}

export class InstitutionPageDto {
  items: InstitutionDto[];
  next?: string;
}

export class InstitutionsQuery extends PageQuery {
  /** Only the institution with this code. */
  @IsOptional()
  @IsString()
  @MaxLength(20)
  code?: string;

  /** Only institutions of this county (ISO 3166-2). */
  @IsOptional()
  @Matches(/^[A-Z]{2}-[A-Z0-9]{1,3}$/)
  countyCode?: string;
}

export type InstitutionFacts = Pick<Institution, 'name' | 'countyCode' | 'municipalityCode' | 'latitude' | 'longitude'>;

/** The facts as they are stored; `countyCode` is the one that the place lies in. */
export function institutionFactsOf(dto: InstitutionFactsDto, countyCode: string | undefined): InstitutionFacts {
  return {
    name: dto.name.normalize('NFC'),
    countyCode: countyCode ?? null,
    municipalityCode: dto.municipalityCode ?? null,
    latitude: dto.latitude ?? null,
    longitude: dto.longitude ?? null,
  };
}

export function toInstitutionDto(institution: Institution): InstitutionDto {
  const { id, version, codeScheme, code, name, state } = institution;
  return {
    id,
    version,
    codeScheme,
    code,
    name,
    state,
    recordedAt: institution.recordedAt.toISOString(),
    ...(institution.countyCode === null ? {} : { countyCode: institution.countyCode }),
    ...(institution.municipalityCode === null ? {} : { municipalityCode: institution.municipalityCode }),
    ...(institution.latitude === null ? {} : { latitude: institution.latitude }),
    ...(institution.longitude === null ? {} : { longitude: institution.longitude }),
  };
}
