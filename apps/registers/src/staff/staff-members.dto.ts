import { IsNumber, IsOptional, IsString, IsUUID, Max, MaxLength, Min, MinLength } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { IsDay } from '@meistras/platform/http/day';
import { PageQuery } from '@meistras/platform/paging/paging';
import { sexes } from '../learners/learner.rules.js';
import type { Sex } from '../learners/learner.rules.js';
import { StaffPersonDto } from './staff-person.dto.js';
import { StaffPostDto } from './staff-posts.dto.js';
import { categories } from './staff.rules.js';
import type { Category } from './staff.rules.js';

/** A qualification category that accreditation granted. */
export class StaffCategoryDto {
  @ApiProperty({ enum: categories })
  category: Category;
  /** @example "Software testing" */
  subject?: string;
  @ApiProperty({ format: 'date', example: '2026-06-15' })
  validFrom: string;
  /** First day without it; absent while no end is known. */
  @ApiProperty({ format: 'date' })
  validTo?: string;
  /** @example "A-12" */
  actNumber: string;
}

/** Professional development of a calendar year. */
export class DevelopmentYearDto {
  @ApiProperty({ type: 'integer', example: 2026 })
  year: number;
  /** Academic hours.
   * @example 26
   */
  @ApiProperty({ type: 'number', format: 'double' })
  hours: number;
  /** Of as many hours as the policy parameter `reg.staff.developmentDay` says today; to two decimals.
   * @example 4.33
   */
  @ApiProperty({ type: 'number', format: 'double' })
  days: number;
}

export class StaffMemberDto extends StaffPersonDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  /** Of the facts of the person alone: what `If-Match` wants to change them. */
  @ApiProperty({ type: 'integer', example: 1 })
  version: number;
  @ApiProperty({ format: 'date', required: true })
  override birthOn: string;
  @ApiProperty({ enum: sexes, required: true })
  override sex: Sex;
  /** True for a person without a personal code. */
  possiblyForeign: boolean;
  /** When the register took the newest facts of the person. */
  @ApiProperty({ format: 'date-time' })
  recordedAt: string;
  /** Posts within the caller's reach, ended ones too. */
  @ApiProperty({ type: () => [StaffPostDto] })
  posts: StaffPostDto[];
  @ApiProperty({ type: () => [StaffCategoryDto] })
  categories: StaffCategoryDto[];
  @ApiProperty({ type: () => [DevelopmentYearDto] })
  development: DevelopmentYearDto[];
}

export class StaffMemberPageDto {
  items: StaffMemberDto[];
  next?: string;
}

export class StaffMembersQuery extends PageQuery {
  /** Only persons who hold a post at this institution. */
  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  institutionId?: string;

  /**
   * Beginning of the family name; case and accents do not matter.
   * @example "exam"
   */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  familyName?: string;
}

/** A course, a seminar or another form of professional development. */
export class RecordDevelopmentDto {
  /** The institution that states it. */
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  institutionId: string;

  /**
   * Its last day.
   * @example "2026-11-14"
   */
  @IsDay()
  heldOn: string;

  /**
   * Academic hours.
   * @example 6
   */
  @ApiProperty({ type: 'number', format: 'double' })
  @IsNumber({ maxDecimalPlaces: 2 })
  @Min(0.25)
  @Max(1_000)
  hours: number;

  /** @example "Assessing practical work" */
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  title: string;
}

export class DevelopmentDto extends RecordDevelopmentDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
}
