import { IsIn, IsOptional, IsString, IsUUID, Matches, MaxLength, MinLength } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { IsDay } from '@meistras/platform/http/day';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { Decision, Revocation } from './decision.entity.js';

export const decisionStates = ['GRANTED', 'REVOKED'] as const;
export type DecisionState = (typeof decisionStates)[number];

/** The act that a right rests on and the days on which it holds (R-ACC-03). */
export class GrantDto {
  /**
   * Who decided.
   * @example "Minister of Education, Science and Sport"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  authority: string;

  /** @example "V-101" */
  @Matches(/^\S(.{0,48}\S)?$/)
  actNumber: string;

  /** @example "2026-08-20" */
  @IsDay()
  actOn: string;

  /**
   * SHA-256 of the signed document, in hexadecimal.
   * @example "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
   */
  @Matches(/^[0-9a-f]{64}$/)
  documentHash: string;

  /**
   * First day of the right.
   * @example "2026-09-01"
   */
  @IsDay()
  validFrom: string;

  /** First day without the right; absent while it is open-ended. */
  @IsOptional()
  @IsDay()
  validTo?: string;
}

/** A row of an import: one order may name many holders, a row for each. */
export class DecisionRow extends GrantDto {
  @IsString()
  @MaxLength(20)
  institutionCodeScheme: string;

  @IsString()
  @MaxLength(20)
  institutionCode: string;

  @IsString()
  @MaxLength(20)
  programmeCodeScheme: string;

  @IsString()
  @MaxLength(20)
  programmeCode: string;
}

export class RevokeDto {
  /** @example "V-202" */
  @Matches(/^\S(.{0,48}\S)?$/)
  actNumber: string;

  /** @example "2026-12-10" */
  @IsDay()
  actOn: string;

  /**
   * First day without the right.
   * @example "2027-01-01"
   */
  @IsDay()
  effectiveOn: string;

  /**
   * Why, in terms of R-ACC-34 or of the order.
   * @example "Training was not started within two years."
   */
  @IsString()
  @MinLength(1)
  @MaxLength(2000)
  reason: string;
}

export class RevocationDto extends RevokeDto {
  @ApiProperty({ format: 'date-time' })
  recordedAt: string;
}

export class DecisionDto extends GrantDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ type: 'integer', example: 1 })
  version: number;
  /** The procedure that led here; absent for an imported decision. */
  @ApiProperty({ format: 'uuid' })
  procedureId?: string;
  @ApiProperty({ format: 'uuid' })
  institutionId: string;
  @ApiProperty({ format: 'uuid' })
  programmeId: string;
  @ApiProperty({ enum: decisionStates })
  state: DecisionState;
  /** The act that ended the right; its effective day is then the decision's `validTo`. */
  revocation?: RevocationDto;
  @ApiProperty({ format: 'date-time' })
  recordedAt: string;
}

export class DecisionPageDto {
  items: DecisionDto[];
  next?: string;
}

export class DecisionsQuery extends PageQuery {
  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  institutionId?: string;

  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  programmeId?: string;

  @IsOptional()
  @IsIn(decisionStates)
  state?: DecisionState;

  /**
   * Only decisions whose right holds on this day.
   * @example "2026-09-01"
   */
  @IsOptional()
  @IsDay()
  validOn?: string;
}

/** A decision with the revocation beside it, if there is one. */
export type DecidedRight = Decision & { revocation: Revocation | null };

/** First day without the right, however it ends. */
export const endOf = ({ validTo, revocation }: DecidedRight): string | null => revocation?.effectiveOn ?? validTo;

export function toDecisionDto(right: DecidedRight): DecisionDto {
  const { id, institutionId, programmeId, authority, actNumber, actOn, documentHash, validFrom, revocation } = right;
  const validTo = endOf(right);
  return {
    ...{ id, institutionId, programmeId, authority, actNumber, actOn, documentHash, validFrom },
    version: versionOf(right),
    state: stateOf(right),
    recordedAt: right.recordedAt.toISOString(),
    ...(right.procedureId === null ? {} : { procedureId: right.procedureId }),
    ...(validTo === null ? {} : { validTo }),
    ...(revocation === null ? {} : { revocation: toRevocationDto(revocation) }),
  };
}

function toRevocationDto({ actNumber, actOn, effectiveOn, reason, recordedAt }: Revocation): RevocationDto {
  return { actNumber, actOn, effectiveOn, reason, recordedAt: new Date(recordedAt).toISOString() };
}

/** Granted is the first fact of a decision, revoked the second. */
export const versionOf = ({ revocation }: DecidedRight): number => (revocation === null ? 1 : 2);
export const stateOf = ({ revocation }: DecidedRight): DecisionState => (revocation === null ? 'GRANTED' : 'REVOKED');
