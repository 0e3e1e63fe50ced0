import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsUUID,
  Matches,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { PageQuery } from '@meistras/platform/paging/paging';
import { applicantGroups } from '../stages/stage.rules.js';
import type { ApplicantGroup } from '../stages/stage.rules.js';
import { suitabilityStates } from '../suitability/suitability.rules.js';
import type { SuitabilityState } from '../suitability/suitability.rules.js';
import { documentSources, educations } from './entry.rules.js';
import type { DocumentSource, Education } from './entry.rules.js';

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

  /** `false`: a choice without an order; when the lists are fixed all VF go above all VNF (R-ADM-16). Left out: `true`. */
  @IsOptional()
  @IsBoolean()
  ordered?: boolean;
}

/** Where the grades stand (R-ADM-21). */
export class EducationDocumentDto {
  @IsIn(documentSources)
  source: DocumentSource;

  /**
   * Year of leaving school.
   * @example 2026
   */
  @IsInt()
  @Min(1900)
  @Max(2200)
  leftIn: number;

  /**
   * SHA-256 of an uploaded document.
   * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
   */
  @IsOptional()
  @Matches(/^[0-9a-f]{64}$/)
  documentHash?: string;
}

/** What the applicant asks institutions to heed. */
export class ApplicantNeedsDto {
  @IsOptional()
  @IsBoolean()
  specialEducation?: boolean;

  /** The occupation asks for a certificate of health. */
  @IsOptional()
  @IsBoolean()
  medicalFitness?: boolean;

  @IsOptional()
  @IsBoolean()
  dormitory?: boolean;

  /** Means to work beside the training. */
  @IsOptional()
  @IsBoolean()
  intendsEmployment?: boolean;
}

/** What a score is computed from. */
export class GradesDto {
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
}

export class CorrectGradesDto extends GradesDto {
  /**
   * Why they are other ones now; a code, never personal data.
   * @example "REGISTER_CORRECTED"
   */
  @Matches(/^[A-Z][A-Z0-9_]{2,59}$/)
  reason: string;
}

/** A score with what it was computed from. */
export class ScoreDto extends GradesDto {
  /** Version of the application that it belongs to. */
  version: number;
  override examResults: number[];
  /** Weight of the examinations in whole per cent (R-ADM-23). */
  secondaryWeight: number;
  /** @example "F-ADM-1/1" */
  formula: string;
  /**
   * Four decimals.
   * @example 7.7273
   */
  @ApiProperty({ format: 'double' })
  score: number;
  /** Why it was computed anew. */
  reason?: string;
  recordedAt: string;
}

export class ScoreHistoryDto extends ScoreDto {
  source?: EducationDocumentDto;
  /** What was believed before, newest first. */
  earlier: ScoreDto[];
}

export class SubmitApplicationDto extends IntersectionType(SavePreferencesDto, GradesDto) {
  @IsUUID()
  learnerId: string;

  @IsUUID()
  stageId: string;

  /** General education gained so far; decides which levels may be entered (R-ADM-03). */
  @IsIn(educations)
  education: Education;

  /** Studied the secondary curriculum already (R-ADM-05). */
  @IsOptional()
  @IsBoolean()
  studiedSecondary?: boolean;

  /**
   * Only for a pupil who applies for single modules: the grade attended (R-ADM-04).
   * @example 10
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(13)
  pupilGrade?: number;

  /** Where the grades stand. */
  @IsOptional()
  @ValidateNested()
  @Type(() => EducationDocumentDto)
  document?: EducationDocumentDto;

  @IsOptional()
  @ValidateNested()
  @Type(() => ApplicantNeedsDto)
  needs?: ApplicantNeedsDto;

  /**
   * Priority criteria that are met by evidence, of those that the policy parameter `adm.criteria` lists (R-ADM-25).
   * @example ["ORPHAN"]
   */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(12)
  @ArrayUnique()
  @Matches(/^[A-Z][A-Z0-9_]{1,59}$/, { each: true })
  criteria?: string[];

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
  @ApiProperty({ enum: suitabilityStates })
  suitability: SuitabilityState;
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
  /** Priority criteria met. */
  criteria: string[];
  education: Education;
  @ApiProperty({ enum: applicantGroups })
  applicantGroup: ApplicantGroup;
  needs: ApplicantNeedsDto;
  /** `false`: when the lists are fixed all VF go above all VNF (R-ADM-16). */
  ordered: boolean;
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
