import {
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

export class PlanOfferingDto extends SeatPlanDto {
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
   * The funded pool that its state-funded seats draw on.
   * @example "07"
   */
  poolCode: string;
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
export class OfferingRow extends SeatPlanDto {
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
  const { id, version, stageId, year, institutionId, programmeId, fieldCode, poolCode, state } = offering;
  const { fundedSeats, nonFundedSeats, latitude, longitude, recordedAt } = offering;
  return {
    ...{ id, version, stageId, year, institutionId, programmeId, fieldCode, poolCode, state },
    ...{ fundedSeats, nonFundedSeats },
    recordedAt: recordedAt.toISOString(),
    ...(latitude === null ? {} : { latitude }),
    ...(longitude === null ? {} : { longitude }),
  };
}
