import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { IsDay } from '@meistras/platform/http/day';
import { LearnerDto } from './learners.dto.js';

/** In a body, so that no name stands in an address. */
export class SearchLearnersDto {
  /**
   * Words of the name in any order; case and accents do not matter, beginnings will do, and typos are looked over.
   * @example "exampel learner"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name: string;

  /** @example "2009-05-14" */
  @IsOptional()
  @IsDay()
  birthOn?: string;

  /** How many items at most. */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 100, default: 25, required: false })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit = 25;

  /** Cursor of the page before: its `next`. */
  @IsOptional()
  @IsString()
  @MaxLength(512)
  after?: string;
}

export class FoundLearnerDto extends LearnerDto {
  /**
   * 0 to 1: how like the name is to what was asked for.
   * @example 0.92
   */
  @ApiProperty({ type: 'number', format: 'double' })
  likeness: number;
}

export class FoundLearnerPageDto {
  items: FoundLearnerDto[];
  next?: string;
}
