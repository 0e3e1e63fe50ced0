import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsNumber,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
  MinLength,
} from 'class-validator';
import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { IsDay } from '@meistras/platform/http/day';
import { AboutEntryDto, StatedTerms } from '../register/register.dto.js';
import { toEntryDto } from '../register/register.js';
import { StaffPersonDto } from './staff-person.dto.js';
import type { StaffPost } from './staff-post.entity.js';

/** What may change of a post. */
export class StaffPostFactsDto extends StatedTerms {
  /**
   * Whether it is the person's main position at the institution; not if left out.
   * @example true
   */
  @IsOptional()
  @IsBoolean()
  isMainPosition?: boolean;

  /**
   * Of a full position, within the policy parameter `reg.staff.fullTimeShare`.
   * @example 0.75
   */
  @ApiProperty({ type: 'number', format: 'double' })
  @IsNumber({ maxDecimalPlaces: 2 })
  fullTimeShare: number;

  /**
   * Subjects taught; none if left out.
   * @example ["Software testing"]
   */
  @ApiProperty({ type: [String] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @IsString({ each: true })
  @MaxLength(250, { each: true })
  subjects?: string[];
}

/** Where a post is, and what it is. */
class StaffPostKeyDto {
  /** The institution at which the post is. */
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  institutionId: string;

  /**
   * What the person is employed as.
   * @example "Vocational teacher"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  @Matches(/^\S/)
  position: string;
}

/** A post, and the person who takes it. */
export class RegisterStaffPostDto extends IntersectionType(StaffPersonDto, StaffPostKeyDto, StaffPostFactsDto) {}

/** The end of a post. */
export class EndStaffPostDto extends StatedTerms {
  /** First day on which the person does not hold it any more. */
  @ApiProperty({ format: 'date', required: true })
  @IsDay()
  override validFrom: string;
}

export class StaffPostDto extends IntersectionType(StaffPostKeyDto, StaffPostFactsDto, AboutEntryDto) {
  @ApiProperty({ format: 'uuid' })
  staffMemberId: string;
  @ApiProperty({ required: true })
  override isMainPosition: boolean;
  @ApiProperty({ type: [String], required: true })
  override subjects: string[];
  @ApiProperty({ enum: ['ACTIVE', 'ENDED'] })
  state: 'ACTIVE' | 'ENDED';
}

export const toStaffPostDto = (post: StaffPost): StaffPostDto => toEntryDto<StaffPostDto>(post);
