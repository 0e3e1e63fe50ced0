import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsString, IsUUID, MaxLength, MinLength } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { transferStates } from '@meistras/contracts/events/registers/transfer';
import type { TransferRequestedV1, TransferState } from '@meistras/contracts/events/registers/transfer';
import type { Actor } from '@meistras/platform/auth/actor';
import { IsDay } from '@meistras/platform/http/day';
import { withoutNulls } from '@meistras/platform/http/validation';
import { PageQuery } from '@meistras/platform/paging/paging';
import { IsPersonalCode } from '../learners/personal-code.validator.js';
import type { Transfer } from './transfer.entity.js';
import { isToldToReceiver } from './transfer.rules.js';
import type { AskedBy } from './transfer.rules.js';

const trimmed = ({ value }: { value: unknown }): unknown => (typeof value === 'string' ? value.trim() : value);

export class RequestTransferDto {
  /** A learner whom the caller sees; either this or `personalCode`. */
  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  learnerId?: string;

  /**
   * A learner whom the caller need not see.
   * @example "50905149902"
   */
  @ApiProperty({ pattern: '^[1-9][0-9]{10}$' })
  @IsOptional()
  @Transform(trimmed)
  @IsPersonalCode()
  personalCode?: string;

  /** The institution that registered the learner; it need not be said. */
  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  fromInstitutionId?: string;

  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  toInstitutionId: string;

  /**
   * First day at the receiving institution, today or later.
   * @example "2026-02-02"
   */
  @IsDay()
  startsOn: string;

  /** @example "The family moves" */
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  reason: string;
}

export class RefuseTransferDto {
  /** @example "The learner is not known here" */
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  reason: string;
}

export class TransfersQuery extends PageQuery {
  @IsOptional()
  @IsIn(transferStates)
  state?: TransferState;
}

export class TransferDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ type: 'integer', example: 1 })
  version: number;
  @ApiProperty({ enum: transferStates })
  state: TransferState;
  /** Absent, like `fromInstitutionId`, to an institution that asked for a learner whom it did not see, until it is agreed. */
  @ApiProperty({ format: 'uuid' })
  learnerId?: string;
  @ApiProperty({ format: 'uuid' })
  fromInstitutionId?: string;
  @ApiProperty({ format: 'uuid' })
  toInstitutionId: string;
  /** The sending institution, the receiving one, or a national client. */
  @ApiProperty({ enum: ['FROM', 'TO', 'NATIONAL'] })
  askedBy: AskedBy;
  /** First day at the receiving institution. */
  @ApiProperty({ format: 'date', example: '2026-02-02' })
  startsOn: string;
  /** @example "The family moves" */
  reason: string;
  /** Last day on which the other side may answer. */
  @ApiProperty({ format: 'date', example: '2026-01-26' })
  answerDueOn: string;
  @ApiProperty({ format: 'date-time' })
  requestedAt: string;
  @ApiProperty({ format: 'date-time' })
  fromConsentedAt?: string;
  @ApiProperty({ format: 'date-time' })
  toConsentedAt?: string;
  /** When it was completed, refused, withdrawn, or expired. */
  @ApiProperty({ format: 'date-time' })
  endedAt?: string;
  /**
   * Why it was refused.
   * @example "The learner is not known here"
   */
  endReason?: string;
}

export class TransferPageDto {
  items: TransferDto[];
  next?: string;
}

/** What a side, or a national client, is shown. */
export function toTransferDto(transfer: Transfer, by: Actor): TransferDto {
  const { id, version, state, learnerId, fromInstitutionId, toInstitutionId, askedBy, startsOn, reason } = transfer;
  const { answerDueOn, requestedAt, fromConsentedAt, toConsentedAt, endedAt, endReason } = transfer;
  const told = by.actsFor(fromInstitutionId) || isToldToReceiver(transfer);
  return withoutNulls({
    ...{ id, version, state, ...(told ? { learnerId, fromInstitutionId } : {}), toInstitutionId, askedBy },
    ...{ startsOn, reason, answerDueOn, requestedAt: requestedAt.toISOString(), endReason },
    fromConsentedAt: fromConsentedAt?.toISOString() ?? null,
    toConsentedAt: toConsentedAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
  }) as unknown as TransferDto;
}

export function transferStateOf(transfer: Transfer): TransferRequestedV1 {
  const { id, version, learnerId, fromInstitutionId, toInstitutionId, startsOn, state } = transfer;
  return { transferId: id, version, learnerId, fromInstitutionId, toInstitutionId, startsOn, state };
}
