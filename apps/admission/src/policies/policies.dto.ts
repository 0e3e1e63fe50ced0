import { IsOptional, IsString, MaxLength } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
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

export class PolicyParameterDto {
  /** @example "adm.limit" */
  code: string;
  @ApiProperty({
    oneOf: [
      { type: 'number' },
      { type: 'string' },
      { type: 'boolean' },
      { type: 'object', additionalProperties: true },
      { type: 'array', items: { type: 'object', additionalProperties: true } },
    ],
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
