import { IsOptional, IsUUID } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { IsDay } from '@meistras/platform/http/day';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { Licence } from './licence.entity.js';

export class LicencesQuery extends PageQuery {
  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  institutionId?: string;

  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  programmeId?: string;

  /**
   * Only licences that hold on this day.
   * @example "2026-09-01"
   */
  @IsOptional()
  @IsDay()
  validOn?: string;
}

export class LicenceDto {
  /** Id of the decision in accreditation. */
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ type: 'integer', example: 1 })
  version: number;
  @ApiProperty({ format: 'uuid' })
  institutionId: string;
  @ApiProperty({ format: 'uuid' })
  programmeId: string;
  @ApiProperty({ enum: ['GRANTED', 'REVOKED'] })
  state: 'GRANTED' | 'REVOKED';
  @ApiProperty({ format: 'date', example: '2026-09-01' })
  validFrom: string;
  /** First day without the right; absent while it is open-ended. */
  @ApiProperty({ format: 'date' })
  validTo?: string;
  /**
   * Act that the right rests on.
   * @example "V-101"
   */
  actNumber: string;
}

export class LicencePageDto {
  items: LicenceDto[];
  next?: string;
}

export function toLicenceDto(licence: Licence): LicenceDto {
  const { decisionId, version, institutionId, programmeId, state, validFrom, validTo, actNumber } = licence;
  return {
    ...{ id: decisionId, version, institutionId, programmeId, state, validFrom, actNumber },
    ...(validTo === null ? {} : { validTo }),
  };
}
