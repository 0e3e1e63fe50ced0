import { Type } from 'class-transformer';
import { IsBoolean, IsOptional, Matches, ValidateNested } from 'class-validator';
import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { IsDay } from '@meistras/platform/http/day';
import type { Attestations } from '../drafts/draft.rules.js';
import { AboutDraftDto } from '../drafts/drafts.dto.js';
import { RegisterInstitutionDto } from './institutions.dto.js';

const sha256 = /^[0-9a-f]{64}$/;

/** What is attached to the proposal of an institution. */
export class AttachedDto implements Pick<Attestations, 'pledgeHash' | 'dataCardHash'> {
  /**
   * SHA-256 of the founder's pledge.
   * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
   */
  @Matches(sha256)
  pledgeHash: string;

  /**
   * SHA-256 of the data card.
   * @example "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"
   */
  @Matches(sha256)
  dataCardHash: string;
}

/** What is attested by whoever confirms an institution. */
export class AttestedDto implements Pick<Attestations, 'statutesOn' | 'statutesNameEducation'> {
  /**
   * Day on which its statutes were entered in the legal-entities register.
   * @example "2025-11-03"
   */
  @IsDay()
  statutesOn: string;

  /** The statutes name education as an activity; without it the institution is not registered. */
  @IsBoolean()
  statutesNameEducation: boolean;
}

/** Everything that an institution is registered upon (R-REG-06). */
export class AttestationsDto extends IntersectionType(AttachedDto, AttestedDto) {}

export class EnterInstitutionDto extends RegisterInstitutionDto {
  /** Needed where the policy parameter `reg.institution.attestations` says so. */
  @ApiProperty({ type: () => AttestationsDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => AttestationsDto)
  attestations?: AttestationsDto;
}

export class ProposeInstitutionDto extends AttachedDto {
  /** The institution as it is to be registered. */
  @ApiProperty({ type: () => RegisterInstitutionDto })
  @ValidateNested()
  @Type(() => RegisterInstitutionDto)
  facts: RegisterInstitutionDto;
}

export class InstitutionDraftDto extends AboutDraftDto {
  @ApiProperty({ type: () => RegisterInstitutionDto })
  facts: RegisterInstitutionDto;
  /** What was attached, and what was attested at its confirmation. */
  @ApiProperty({ type: () => AttestationsDto })
  attestations: Partial<AttestationsDto>;
}

export class InstitutionDraftPageDto {
  items: InstitutionDraftDto[];
  next?: string;
}
