import { IsIn, IsOptional, IsUUID, Matches } from 'class-validator';
import { IsDay } from '@meistras/platform/http/day';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { Agreement } from './agreement.entity.js';

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
  return {
    ...{ id, version, invitationId, stageId, offeringId, learnerId, institutionId, programmeId },
    ...{ programmeCode, fieldCode, eqfLevel, credits, fundingType, year, startsOn, plannedEndOn, state },
    signedAt: agreement.signedAt.toISOString(),
    recordedAt: agreement.recordedAt.toISOString(),
    ...(agreement.terminatedOn === null ? {} : { terminatedOn: agreement.terminatedOn }),
    ...(agreement.terminationReason === null ? {} : { terminationReason: agreement.terminationReason }),
  };
}
