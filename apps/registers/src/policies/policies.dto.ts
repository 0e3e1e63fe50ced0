import { IsOptional, IsString, MaxLength } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { anyJson } from '@meistras/platform/openapi/any-json';
import { IsDay } from '@meistras/platform/http/day';
import type { PolicyParameter } from './policy-parameter.entity.js';

export class PoliciesQuery {
  /**
   * Only the parameter of this code.
   * @example "reg.access.alarm.learners"
   */
  @IsOptional()
  @IsString()
  @MaxLength(60)
  code?: string;

  /**
   * Only what is in force on this day.
   * @example "2026-09-01"
   */
  @IsOptional()
  @IsDay()
  validOn?: string;
}

export class RegistersPolicyParameterDto {
  /** @example "reg.access.alarm.learners" */
  code: string;
  @ApiProperty({
    ...anyJson,
    description: 'As the parameter needs it.',
    example: { SCHOOL: 2000, NATIONAL: null },
  })
  value: unknown;
  /** @example "learners" */
  unit?: string;
  /** First day on which it holds. */
  @ApiProperty({ format: 'date', example: '2026-09-01' })
  validFrom: string;
  /** First day on which it no longer holds; absent while it is open-ended. */
  @ApiProperty({ format: 'date' })
  validTo?: string;
  legalBasis: string;
}

export class RegistersPolicyParameterPageDto {
  items: RegistersPolicyParameterDto[];
}

export function toPolicyParameterDto(parameter: PolicyParameter): RegistersPolicyParameterDto {
  const { code, value, unit, validFrom, validTo, legalBasis } = parameter;
  return {
    ...{ code, value, validFrom, legalBasis },
    ...(unit === null ? {} : { unit }),
    ...(validTo === null ? {} : { validTo }),
  };
}
