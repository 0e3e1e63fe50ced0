import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';
import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { AboutEntryDto, AsOfPageQuery, StatedTerms } from '../register/register.dto.js';

/** What may change of a qualification without its code changing. */
export class QualificationFactsDto extends StatedTerms {
  /** @example "Programinės įrangos testuotojas" */
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  name: string;

  /** @example "Software tester" */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  nameEn?: string;

  /**
   * Level of the European Qualifications Framework, equal to the national one.
   * @example 4
   */
  @ApiProperty({ type: 'integer' })
  @IsInt()
  @Min(1)
  @Max(8)
  eqfLevel: number;

  /**
   * Field of education, an item of KL_ISCED_F.
   * @example "0613"
   */
  @IsOptional()
  @Matches(/^\d{2,4}$/)
  fieldCode?: string;

  /**
   * The registered occupational standard that it rests on.
   * @example "PST-06"
   */
  @IsOptional()
  @Matches(/^[A-Za-z0-9._-]{1,20}$/)
  standardCode?: string;

  /**
   * Codes of the modules without which it is not awarded. In a table the column is left out, which leaves them as they are.
   * @example ["4061301"]
   */
  @ApiProperty({ type: [String] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(200)
  @ArrayUnique()
  @Matches(/^\S{1,20}$/, { each: true })
  requiredModules?: string[];
}

/** The natural key of a qualification, as it stands in a path. */
export class QualificationCodeParams {
  /** @example "406130101" */
  @Matches(/^[A-Za-z0-9._-]{1,20}$/)
  code: string;
}

export class RegisterQualificationDto extends IntersectionType(QualificationFactsDto, QualificationCodeParams) {}

export class QualificationDto extends IntersectionType(RegisterQualificationDto, AboutEntryDto) {
  @ApiProperty({ enum: ['REGISTERED', 'DEREGISTERED'] })
  state: 'REGISTERED' | 'DEREGISTERED';
  /** Empty where they are not given. */
  @ApiProperty({ type: [String], required: true })
  override requiredModules: string[];
}

export class QualificationPageDto {
  items: QualificationDto[];
  next?: string;
}

export class QualificationsQuery extends AsOfPageQuery {
  /** Only the qualification with this code. */
  @IsOptional()
  @IsString()
  @MaxLength(20)
  code?: string;

  @ApiProperty({ type: 'integer' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(8)
  eqfLevel?: number;

  /**
   * Only qualifications of this field and of those below it.
   * @example "061"
   */
  @IsOptional()
  @Matches(/^\d{2,4}$/)
  fieldCode?: string;

  /** Only qualifications that rest on this occupational standard. */
  @IsOptional()
  @IsString()
  @MaxLength(20)
  standardCode?: string;
}
