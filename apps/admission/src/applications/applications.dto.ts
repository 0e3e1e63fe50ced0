import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsUUID,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { PageQuery } from '@meistras/platform/paging/paging';

export class GradeDto {
  /** `NONE`: a pass or an exemption, left out of the mean. */
  @IsIn(['TEN', 'FIVE', 'NONE'])
  scale: 'TEN' | 'FIVE' | 'NONE';

  /**
   * The grade; needed unless the scale is `NONE`.
   * @example 8
   */
  @ValidateIf(({ scale, value }: GradeDto) => scale !== 'NONE' || value !== undefined)
  @IsInt()
  @Min(1)
  @Max(10)
  @ApiProperty({ required: false, type: 'integer' })
  value?: number;
}

export class HeldQualificationDto {
  /** A bachelor's and a master's degree are two entries of `HIGHER`. */
  @IsIn(['VET', 'HIGHER', 'EMPLOYMENT_SERVICE'])
  kind: 'VET' | 'HIGHER' | 'EMPLOYMENT_SERVICE';

  /** General education gained in the same programme. */
  @IsOptional()
  @IsIn(['BASIC', 'SECONDARY'])
  gainedWith?: 'BASIC' | 'SECONDARY';

  /** Begun without a break after the one before it. */
  @IsOptional()
  @IsBoolean()
  directlyAfterPrevious?: boolean;

  /** Gained in a continuing programme. */
  @IsOptional()
  @IsBoolean()
  continuing?: boolean;

  /** The state paid more than half of the credits. */
  @IsOptional()
  @IsBoolean()
  mostCreditsStatePaid?: boolean;
}

export class ChoiceDto {
  @IsUUID()
  offeringId: string;

  /** `VF`: state-funded place; `VNF`: the learner or an employer pays. */
  @IsIn(['VF', 'VNF'])
  fundingType: 'VF' | 'VNF';
}

export class SavePreferencesDto {
  /** Best first; the stage limits how many. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => ChoiceDto)
  preferences: ChoiceDto[];
}

export class SubmitApplicationDto extends SavePreferencesDto {
  @IsUUID()
  learnerId: string;

  @IsUUID()
  stageId: string;

  /** Grades of all subjects that the programmes ask for. */
  @IsArray()
  @ArrayMaxSize(99)
  @ValidateNested({ each: true })
  @Type(() => GradeDto)
  grades: GradeDto[];

  /**
   * Results of state examinations, 0 to 100.
   * @example [72, 58]
   */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(99)
  @IsInt({ each: true })
  @Min(0, { each: true })
  @Max(100, { each: true })
  examResults?: number[];

  /** State-paid qualifications already held, in the order of award. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => HeldQualificationDto)
  heldQualifications?: HeldQualificationDto[];

  /** Studies in two or more programmes at once, at least one of them state-funded. */
  @IsOptional()
  @IsBoolean()
  studiesInSeveralProgrammes?: boolean;

  /** Covered by the employment act or the act on integration of persons with disabilities. */
  @IsOptional()
  @IsBoolean()
  exemptByAct?: boolean;
}

export class IneligibleDto {
  /** @example "F-ADM-2" */
  rule: string;
  /** @example "QUALIFICATION_ALREADY_HELD" */
  code: string;
  @ApiProperty({ type: 'object', additionalProperties: true, example: { held: 1 } })
  facts: Record<string, unknown>;
}

export class PreferenceDto extends ChoiceDto {
  /** From 1. */
  rank: number;
  institutionId: string;
  /** `INELIGIBLE`: listed, but left out of the allocation. */
  standing: 'ELIGIBLE' | 'INELIGIBLE';
  ineligible?: IneligibleDto;
  suitability: 'PENDING' | 'SUITABLE' | 'UNSUITABLE';
}

export class ApplicationDto {
  id: string;
  version: number;
  stageId: string;
  /** @example 2026 */
  year: number;
  learnerId: string;
  state: 'SUBMITTED' | 'WITHDRAWN';
  grades: GradeDto[];
  examResults: number[];
  /** Only for the ministry and the institution that registered the learner. */
  heldQualifications?: HeldQualificationDto[];
  /**
   * Competitive score, four decimals.
   * @example 7.7273
   */
  @ApiProperty({ format: 'double' })
  score: number;
  /** @example "F-ADM-1/1" */
  scoreFormula: string;
  /** An institution sees those of its own offerings. */
  preferences: PreferenceDto[];
  submittedAt: string;
  recordedAt: string;
}

export class ApplicationPageDto {
  items: ApplicationDto[];
  next?: string;
}

export class ApplicationsQuery extends PageQuery {
  /** Only applications in this stage. */
  @IsOptional()
  @IsUUID()
  stageId?: string;

  /** Only applications that list an offering of this institution. */
  @IsOptional()
  @IsUUID()
  institutionId?: string;

  /** Only applications of this learner. */
  @IsOptional()
  @IsUUID()
  learnerId?: string;
}
