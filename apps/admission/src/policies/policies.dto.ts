import { IsDefined, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { anyJson } from '@meistras/platform/openapi/any-json';
import { IsDay } from '@meistras/platform/http/day';
import type { PolicyParameter } from './policy-parameter.entity.js';

export class PoliciesQuery {
  /**
   * Only the parameter of this code.
   * @example "adm.limit"
   */
  @IsOptional()
  @IsString()
  @MaxLength(60)
  code?: string;

  /**
   * Only what is in force on this day.
   * @example "2026-06-01"
   */
  @IsOptional()
  @IsDay()
  validOn?: string;
}

export class StatePolicyDto {
  /**
   * One of the parameters that admission reads.
   * @example "adm.limit"
   */
  @IsString()
  @MaxLength(60)
  code: string;

  @ApiProperty({
    ...anyJson,
    description: 'Of the form that the parameter has now.',
    example: { SUMMER: 4, ADDITIONAL: 2, WINTER: 2, FREE_PLACES: 2 },
  })
  @IsDefined()
  value: unknown;

  /**
   * Left out, that of the value before.
   * @example "preferences"
   */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(60)
  unit?: string;

  /**
   * First day on which it holds; later than today.
   * @example "2027-01-01"
   */
  @IsDay()
  validFrom: string;

  /**
   * The act that says so.
   * @example "V-373, 2026-11-02, p. 12"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  legalBasis: string;
}

export class PolicyParameterDto {
  /** @example "adm.limit" */
  code: string;
  @ApiProperty({
    ...anyJson,
    description: 'As the parameter needs it.',
    example: { SUMMER: 3, ADDITIONAL: 2, WINTER: 2, FREE_PLACES: 2 },
  })
  value: unknown;
  /** @example "preferences" */
  unit?: string;
  /** First day on which it holds. */
  validFrom: string;
  /** First day on which it no longer holds; absent while it is open-ended. */
  validTo?: string;
  legalBasis: string;
}

export class PolicyParameterPageDto {
  items: PolicyParameterDto[];
}

export function toPolicyParameterDto(parameter: PolicyParameter): PolicyParameterDto {
  const { code, value, unit, validFrom, validTo, legalBasis } = parameter;
  return {
    code,
    value,
    validFrom,
    legalBasis,
    ...(unit === null ? {} : { unit }),
    ...(validTo === null ? {} : { validTo }),
  };
}
