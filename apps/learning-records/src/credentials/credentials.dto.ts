import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString, IsUUID, Matches, MaxLength, MinLength } from 'class-validator';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { Credential } from './credential.entity.js';

export class IssueCredentialDto {
  @IsUUID()
  enrolmentId: string;

  /**
   * Number of the diploma in the institution's registration book [PP lr.credential.numberPattern].
   * @example "D-2026-000123"
   */
  @IsString()
  @Matches(/^\S{1,20}$/)
  registrationNumber: string;
}

export class RevokeCredentialDto {
  /** @example "Issued in error: the assessment was annulled." */
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  reason: string;
}

export class CredentialDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  version: number;
  @ApiProperty({ enum: ['QUALIFICATION_DIPLOMA'] })
  kind: 'QUALIFICATION_DIPLOMA';
  @ApiProperty({ format: 'uuid' })
  enrolmentId: string;
  @ApiProperty({ format: 'uuid' })
  learnerId: string;
  @ApiProperty({ format: 'uuid' })
  institutionId: string;
  programmeCode: string;
  eqfLevel: number;
  registrationNumber: string;
  /** Anybody verifies the diploma with it at `/verify/{code}`. */
  verificationCode: string;
  @ApiProperty({ format: 'date' })
  issuedOn: string;
  @ApiProperty({ enum: ['ISSUED', 'REVOKED'] })
  state: 'ISSUED' | 'REVOKED';
  @ApiProperty({ format: 'date-time' })
  revokedAt?: string;
  /** The signed W3C Verifiable Credential 2.0 (VC-JOSE-COSE, `vc+jwt`). */
  document: string;
}

export class CredentialPageDto {
  items: CredentialDto[];
  next?: string;
}

export class CredentialsQuery extends PageQuery {
  @IsOptional()
  @IsUUID()
  institutionId?: string;

  @IsOptional()
  @IsUUID()
  learnerId?: string;
}

/** What anybody may know of a diploma (R-LR-37): no name, no learner. */
export class VerificationDto {
  /** Whether the diploma is real and in force now. */
  valid: boolean;
  @ApiProperty({ enum: ['ISSUED', 'REVOKED'] })
  state: 'ISSUED' | 'REVOKED';
  @ApiProperty({ enum: ['QUALIFICATION_DIPLOMA'] })
  kind: 'QUALIFICATION_DIPLOMA';
  programmeCode: string;
  eqfLevel: number;
  @ApiProperty({ format: 'uuid' })
  institutionId: string;
  @ApiProperty({ format: 'date' })
  issuedOn: string;
  @ApiProperty({ format: 'date-time' })
  revokedAt?: string;
}

export class StatusListDto {
  /** The signed status list credential (`vc+jwt`). */
  document: string;
}

export class IssuerKeysDto {
  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true } })
  keys: object[];
}

export function toCredentialDto(credential: Credential): CredentialDto {
  const { id, version, kind, enrolmentId, learnerId, institutionId, programmeCode, eqfLevel } = credential;
  const { registrationNumber, verificationCode, issuedOn, state, document, revokedAt } = credential;
  return {
    ...{ id, version, kind, enrolmentId, learnerId, institutionId, programmeCode, eqfLevel },
    ...{ registrationNumber, verificationCode, issuedOn, state, document },
    ...(revokedAt === null ? {} : { revokedAt: revokedAt.toISOString() }),
  };
}

export function toVerificationDto(credential: Credential): VerificationDto {
  const { state, kind, programmeCode, eqfLevel, institutionId, issuedOn, revokedAt } = credential;
  return {
    valid: state === 'ISSUED',
    ...{ state, kind, programmeCode, eqfLevel, institutionId, issuedOn },
    ...(revokedAt === null ? {} : { revokedAt: revokedAt.toISOString() }),
  };
}
