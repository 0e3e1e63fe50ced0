import { Transform } from 'class-transformer';
import { IsIn, IsOptional, Matches, MaxLength } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { IsDay } from '@meistras/platform/http/day';
import { sexes } from '../learners/learner.rules.js';
import type { Sex } from '../learners/learner.rules.js';
import { IsPersonalCode } from '../learners/personal-code.validator.js';

const trimmed = ({ value }: { value: unknown }): unknown => (typeof value === 'string' ? value.trim() : value);

/** Who a member of staff is. */
export class StaffPersonDto {
  /** @example "Learner-07" */
  @MaxLength(100)
  @Matches(/^\S(.*\S)?$/)
  givenName: string;

  /** @example "Example-07" */
  @MaxLength(100)
  @Matches(/^\S(.*\S)?$/)
  familyName: string;

  /**
   * Needed unless the personal code says it.
   * @example "1980-05-14"
   */
  @IsOptional()
  @IsDay()
  birthOn?: string;

  /** Needed unless the personal code says it. */
  @IsOptional()
  @IsIn(sexes)
  sex?: Sex;

  /**
   * National code of 11 digits; absent for a person who has none. On a change, absent leaves the one that is held.
   * Answered only to reads that state a purpose, with the scope `registers.personal-codes:read`.
   * @example "50905149902"
   */
  @ApiProperty({ pattern: '^[1-9][0-9]{10}$' })
  @IsOptional()
  @Transform(trimmed)
  @IsPersonalCode()
  personalCode?: string;
}
