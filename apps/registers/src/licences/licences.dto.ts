import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { AboutEntryDto, AsOfPageQuery } from '../register/register.dto.js';
import { toEntryDto } from '../register/register.js';
import type { Licence } from './licence.entity.js';
import { licenceStates } from './licence.rules.js';
import type { LicenceState } from './licence.rules.js';

export class LicencesQuery extends AsOfPageQuery {
  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  institutionId?: string;

  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  programmeId?: string;

  @IsOptional()
  @IsIn(licenceStates)
  state?: LicenceState;
}

/** The right of an institution to run a programme. Its id is that of the decision in accreditation. */
export class LicenceDto extends AboutEntryDto {
  @ApiProperty({ format: 'uuid' })
  institutionId: string;
  @ApiProperty({ format: 'uuid' })
  programmeId: string;
  @ApiProperty({ enum: licenceStates })
  state: LicenceState;
  /**
   * Act that the state rests on.
   * @example "V-101"
   */
  legalBasis: string;
}

export class LicencePageDto {
  items: LicenceDto[];
  next?: string;
}

/** Everything that an institution may run. */
export class InstitutionLicenceDto {
  @ApiProperty({ format: 'uuid' })
  institutionId: string;
  @ApiProperty({
    enum: licenceStates,
    description: '`SUSPENDED` as soon as one programme is; the others go on. `REVOKED` when nothing else is left.',
  })
  state: LicenceState;
  /** The suspended programmes. */
  @ApiProperty({ type: [String], format: 'uuid' })
  suspensionScope: string[];
  @ApiProperty({ type: () => [LicenceDto] })
  programmes: LicenceDto[];
}

export const toLicenceDto = (licence: Licence): LicenceDto => toEntryDto<LicenceDto>(licence);
