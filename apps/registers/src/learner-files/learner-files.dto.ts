import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { IsDay } from '@meistras/platform/http/day';
import { AboutEntryDto, StatedTerms } from '../register/register.dto.js';

export const guardianRelations = ['MOTHER', 'FATHER', 'GUARDIAN', 'CARER', 'OTHER'] as const;
export const specialNeedLevels = ['MILD', 'MODERATE', 'CONSIDERABLE', 'SEVERE'] as const;
export const priorEducationLevels = ['NONE', 'PRIMARY', 'BASIC', 'SECONDARY', 'VOCATIONAL', 'HIGHER'] as const;

const phone = /^\+[1-9]\d{6,14}$/;

/** Somebody who stands up for a learner by law. */
export class GuardianDto {
  /** @example "Guardian-07" */
  @MaxLength(100)
  @Matches(/^\S(.*\S)?$/)
  givenName: string;

  /** @example "Example-07" */
  @MaxLength(100)
  @Matches(/^\S(.*\S)?$/)
  familyName: string;

  @IsIn(guardianRelations)
  relation: (typeof guardianRelations)[number];

  /** Represents the learner before the school and in admission. */
  @IsBoolean()
  represents: boolean;

  /**
   * International, with its +.
   * @example "+37060000007"
   */
  @IsOptional()
  @Matches(phone)
  phone?: string;

  /** @example "guardian-07@example.org" */
  @IsOptional()
  @IsEmail()
  @MaxLength(250)
  email?: string;
}

export class StatedGuardiansDto extends StatedTerms {
  /** All of them; an empty list says that there is none. */
  @ApiProperty({ type: () => [GuardianDto] })
  @IsArray()
  @ArrayMaxSize(10)
  @ValidateNested({ each: true })
  @Type(() => GuardianDto)
  guardians: GuardianDto[];
}

export class StatedContactsDto extends StatedTerms {
  /**
   * International, with its +.
   * @example "+37060000008"
   */
  @IsOptional()
  @Matches(phone)
  phone?: string;

  /** @example "learner-07@example.org" */
  @IsOptional()
  @IsEmail()
  @MaxLength(250)
  email?: string;

  /** @example "Pramonės g. 1-7, 52115 Kaunas" */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  address?: string;
}

/** A special educational need that a decision found. */
export class SpecialNeedDto {
  /**
   * Group of the need, as the ministry lists them.
   * @example "7"
   */
  @Matches(/^\S{1,20}$/)
  groupCode: string;

  @IsIn(specialNeedLevels)
  level: (typeof specialNeedLevels)[number];

  /**
   * Number of the decision.
   * @example "PPT-117"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(50)
  decisionNumber: string;

  /** @example "2025-05-20" */
  @IsDay()
  decidedOn: string;

  /**
   * When it is to be looked at again.
   * @example "2027-05-20"
   */
  @IsOptional()
  @IsDay()
  reviewOn?: string;

  /** @example "Sign-language interpreter in lessons" */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  support?: string;
}

export class StatedSpecialNeedsDto extends StatedTerms {
  /** All of them; an empty list says that there is none. */
  @ApiProperty({ type: () => [SpecialNeedDto] })
  @IsArray()
  @ArrayMaxSize(10)
  @ValidateNested({ each: true })
  @Type(() => SpecialNeedDto)
  needs: SpecialNeedDto[];
}

/** Education that a learner brought along. */
export class PriorEducationItemDto {
  @IsIn(priorEducationLevels)
  level: (typeof priorEducationLevels)[number];

  /** Where, if the register knows the institution. */
  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  institutionId?: string;

  /**
   * Where, as the document says it.
   * @example "Example Lyceum"
   */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  institutionName?: string;

  /** @example "B 0000117" */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(50)
  documentNumber?: string;

  /** @example "2025-06-20" */
  @IsOptional()
  @IsDay()
  completedOn?: string;
}

export class StatedPriorEducationDto extends StatedTerms {
  /** All that is known, oldest first. */
  @ApiProperty({ type: () => [PriorEducationItemDto] })
  @IsArray()
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => PriorEducationItemDto)
  education: PriorEducationItemDto[];
}

export class GuardiansDto extends IntersectionType(StatedGuardiansDto, AboutEntryDto) {}
export class ContactsDto extends IntersectionType(StatedContactsDto, AboutEntryDto) {}
export class SpecialNeedsDto extends IntersectionType(StatedSpecialNeedsDto, AboutEntryDto) {}
export class PriorEducationDto extends IntersectionType(StatedPriorEducationDto, AboutEntryDto) {}
