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
  @IsOptional()
  @IsNumber()
  @IsLatitude()
  latitude?: number;

  /**
   * WGS84 longitude in degrees.
   * @example 23.9036
   */
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

export class InstitutionDto extends RegisterInstitutionDto {
  id: string;
  version: number;
  state: 'REGISTERED' | 'CLOSED';
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
