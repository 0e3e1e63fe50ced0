import { ArrayMaxSize, ArrayUnique, IsArray, IsBoolean, IsIn, IsOptional, IsUUID, Matches } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { IsDay } from '@meistras/platform/http/day';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { Agreement } from './agreement.entity.js';
import { documentKinds, signatories } from './signing.rules.js';
import type { DocumentKind, Signatory } from './signing.rules.js';

export class SignAgreementDto {
  /** Originals that were shown; the policy parameter `adm.sign.documents` names those that must be (R-ADM-32). */
  @IsArray()
  @ArrayMaxSize(documentKinds.length)
  @ArrayUnique()
  @IsIn(documentKinds, { each: true })
  @ApiProperty({ enum: documentKinds, isArray: true })
  documentsSeen: DocumentKind[];

  /** Who signed for the learner's side; left out, the applicant. */
  @IsOptional()
  @IsIn(signatories)
  signedBy?: Signatory;

  /**
   * SHA-256 of a representative's notarised power of attorney (R-ADM-31).
   * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
   */
  @IsOptional()
  @Matches(/^[0-9a-f]{64}$/)
  mandateHash?: string;

  /** A guardian signed too, as for a minor (R-ADM-31). */
  @IsOptional()
  @IsBoolean()
  guardianSigned?: boolean;
}

export class AgreementDto {
  id: string;
  version: number;
  invitationId: string;
  stageId: string;
  offeringId: string;
  learnerId: string;
  institutionId: string;
  programmeId: string;
  /**
   * State code of the programme at signing.
   * @example "P43101302"
   */
  programmeCode: string;
  /**
   * ISCED-F 2013 code.
   * @example "1013"
   */
  fieldCode: string;
  /** @example 4 */
  eqfLevel: number;
  /** @example 110 */
  credits: number;
  fundingType: 'VF' | 'VNF';
  /** @example 2026 */
  year: number;
  signedAt: string;
  startsOn: string;
  /** Last planned day of training. */
  plannedEndOn: string;
  /** What was shown at signing. */
  @ApiProperty({ enum: documentKinds, isArray: true })
  documentsSeen: DocumentKind[];
  signedBy: Signatory;
  guardianSigned: boolean;
  terminatedOn?: string;
  terminationReason?: string;
  state: 'SIGNED' | 'TERMINATED';
  recordedAt: string;
}

export class AgreementPageDto {
  items: AgreementDto[];
  next?: string;
}

export class TerminateAgreementDto {
  /**
   * Day on which it ended; before teaching starts.
   * @example "2026-08-25"
   */
  @IsDay()
  terminatedOn: string;

  /**
   * Coded reason, never personal data.
   * @example "LEARNER_REQUEST"
   */
  @Matches(/^[A-Z][A-Z0-9_]{2,59}$/)
  reason: string;
}

export class AgreementsQuery extends PageQuery {
  /** Only agreements of this institution. */
  @IsOptional()
  @IsUUID()
  institutionId?: string;

  /** Only agreements of this stage. */
  @IsOptional()
  @IsUUID()
  stageId?: string;

  /** Only agreements of this learner. */
  @IsOptional()
  @IsUUID()
  learnerId?: string;

  /** Only agreements in this state. */
  @IsOptional()
  @IsIn(['SIGNED', 'TERMINATED'])
  state?: 'SIGNED' | 'TERMINATED';
}

export function toAgreementDto(agreement: Agreement): AgreementDto {
  const { id, version, invitationId, stageId, offeringId, learnerId, institutionId, programmeId } = agreement;
  const { programmeCode, fieldCode, eqfLevel, credits, fundingType, year, startsOn, plannedEndOn, state } = agreement;
  const { documentsSeen, signedBy, guardianSigned } = agreement;
  return {
    ...{ id, version, invitationId, stageId, offeringId, learnerId, institutionId, programmeId },
    ...{ programmeCode, fieldCode, eqfLevel, credits, fundingType, year, startsOn, plannedEndOn, state },
    ...{ documentsSeen, signedBy, guardianSigned },
    signedAt: agreement.signedAt.toISOString(),
    recordedAt: agreement.recordedAt.toISOString(),
    ...(agreement.terminatedOn === null ? {} : { terminatedOn: agreement.terminatedOn }),
    ...(agreement.terminationReason === null ? {} : { terminationReason: agreement.terminationReason }),
  };
}
