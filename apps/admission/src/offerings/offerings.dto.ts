import {
  IsBoolean,
  IsIn,
  IsInt,
  IsLatitude,
  IsLongitude,
  IsNumber,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { Offering } from './offering.entity.js';
import { awardsOf } from './offering.rules.js';
import type { Awards } from './offering.rules.js';

const mostSeats = 100_000;

export class SeatPlanDto {
  /**
   * State-funded seats (VF). The field's quota may leave some of them empty.
   * @example 20
   */
  @IsInt()
  @Min(0)
  @Max(mostSeats)
  fundedSeats: number;

  /**
   * Seats that the learner or an employer pays for (VNF).
   * @example 5
   */
  @IsInt()
  @Min(0)
  @Max(mostSeats)
  nonFundedSeats: number;
}

/** What is taught, where and how, besides the programme. */
export class OfferedFormDto extends SeatPlanDto {
  /**
   * A single module instead of the whole programme.
   * @example "M4071310"
   */
  @IsOptional()
  @Matches(/^\S{1,20}$/)
  moduleCode?: string;

  /**
   * Credits of the single module; needed with it.
   * @example 10
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000)
  moduleCredits?: number;

  /**
   * The branch that teaches, if it is not the seat.
   * @example "302305912-01"
   */
  @IsOptional()
  @Matches(/^\S{1,20}$/)
  unitCode?: string;

  /** Taught as an apprenticeship. */
  @IsOptional()
  @IsBoolean()
  apprenticeship?: boolean;

  /** What the learner holds in the end; left out, a qualification, or a competence of a single module. */
  @IsOptional()
  @IsIn(awardsOf)
  awards?: Awards;

  /** Only who passed the programme's entrance test competes (R-ADM-20). */
  @IsOptional()
  @IsBoolean()
  entranceTest?: boolean;
}

export class PlanOfferingDto extends OfferedFormDto {
  @IsUUID()
  stageId: string;

  @IsUUID()
  institutionId: string;

  @IsUUID()
  programmeId: string;

  /**
   * WGS84 latitude in degrees of the place of training.
   * @example 54.8985
   */
  @ApiProperty({ format: 'double', minimum: -90, maximum: 90 })
  @IsOptional()
  @IsNumber()
  @IsLatitude()
  latitude?: number;

  /**
   * WGS84 longitude in degrees.
   * @example 23.9036
   */
  @ApiProperty({ format: 'double', minimum: -180, maximum: 180 })
  @IsOptional()
  @IsNumber()
  @IsLongitude()
  longitude?: number;
}

export class OfferingDto extends PlanOfferingDto {
  id: string;
  version: number;
  /** @example 2026 */
  year: number;
  /**
   * ISCED-F 2013 code of the programme.
   * @example "0713"
   */
  fieldCode: string;
  /**
   * The funded pool that its state-funded seats draw on; of single modules behind an M.
   * @example "07"
   */
  poolCode: string;
  override apprenticeship: boolean;
  override awards: Awards;
  override entranceTest: boolean;
  /** `CLOSED`: the accreditation lapsed. */
  state: 'OPEN' | 'CLOSED';
  recordedAt: string;
}

export class OfferingPageDto {
  items: OfferingDto[];
  next?: string;
}

export class OfferingsQuery extends PageQuery {
  /** Only offerings of this stage. */
  @IsOptional()
  @IsUUID()
  stageId?: string;

  /** Only offerings of this institution. */
  @IsOptional()
  @IsUUID()
  institutionId?: string;

  /**
   * Only offerings of this field and its subfields (ISCED-F 2013).
   * @example "07"
   */
  @IsOptional()
  @Matches(/^\d{2,4}$/)
  fieldCode?: string;

  /** Only offerings in this state. */
  @IsOptional()
  @IsIn(['OPEN', 'CLOSED'])
  state?: 'OPEN' | 'CLOSED';
}

/** A row of the import `offerings`. Every offering of a national import must be on the map. */
export class OfferingRow extends OfferedFormDto {
  @IsUUID()
  stageId: string;

  /** @example "JAR" */
  @IsString()
  @MinLength(1)
  @MaxLength(20)
  institutionCodeScheme: string;

  /** @example "399999157" */
  @IsString()
  @MinLength(1)
  @MaxLength(40)
  institutionCode: string;

  /** @example "SMPKR" */
  @IsString()
  @MinLength(1)
  @MaxLength(20)
  programmeCodeScheme: string;

  /** @example "P43101302" */
  @IsString()
  @MinLength(1)
  @MaxLength(40)
  programmeCode: string;

  /** @example 54.8985 */
  @IsNumber()
  @IsLatitude()
  latitude: number;

  /** @example 23.9036 */
  @IsNumber()
  @IsLongitude()
  longitude: number;
}

export function toOfferingDto(offering: Offering): OfferingDto {
  const { moduleCode, moduleCredits, unitCode, latitude, longitude, recordedAt, ...facts } = offering;
  return {
    ...facts,
    recordedAt: recordedAt.toISOString(),
    ...(moduleCode === '' ? {} : { moduleCode }),
    ...(moduleCredits === null ? {} : { moduleCredits }),
    ...(unitCode === '' ? {} : { unitCode }),
    ...(latitude === null ? {} : { latitude }),
    ...(longitude === null ? {} : { longitude }),
  };
}

/** The form of an offering as it is stored. */
export function formOf(
  dto: OfferedFormDto,
): Pick<Offering, 'moduleCode' | 'moduleCredits' | 'unitCode' | 'apprenticeship' | 'awards' | 'entranceTest'> {
  const { moduleCode = '', moduleCredits = null, unitCode = '', apprenticeship = false, entranceTest = false } = dto;
  const awards = dto.awards ?? (moduleCode === '' ? 'QUALIFICATION' : 'COMPETENCE');
  return { moduleCode, moduleCredits, unitCode, apprenticeship, awards, entranceTest };
}
