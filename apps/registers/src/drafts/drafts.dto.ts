import { IsIn, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { withoutNulls } from '@meistras/platform/http/validation';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { Draft } from './draft.entity.js';
import { draftStates } from './draft.rules.js';
import type { DraftState } from './draft.rules.js';

export class RejectDraftDto {
  /** @example "The statutes do not name education." */
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  reason: string;
}

export class DraftsQuery extends PageQuery {
  @IsOptional()
  @IsIn(draftStates)
  state?: DraftState;
}

/** What both kinds of drafts say beside their facts. */
export class AboutDraftDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ type: 'integer', example: 1 })
  version: number;
  @ApiProperty({ enum: draftStates })
  state: DraftState;
  /** The API client. */
  proposedBy: string;
  @ApiProperty({ format: 'date-time' })
  proposedAt: string;
  decidedBy?: string;
  @ApiProperty({ format: 'date-time' })
  decidedAt?: string;
  /** Why it was rejected. */
  reason?: string;
  /** The entry that it became. */
  @ApiProperty({ format: 'uuid' })
  entryId?: string;
}

export function toDraftDto<Dto>({ kind, attestations, ...draft }: Draft): Dto {
  const { id, version, state, facts, institutionId, proposedBy, decidedBy, reason, entryId } = draft;
  return withoutNulls({
    ...{ id, version, state, facts, institutionId, proposedBy, decidedBy, reason, entryId },
    ...{ proposedAt: draft.proposedAt.toISOString(), decidedAt: draft.decidedAt?.toISOString() ?? null },
    ...(kind === 'INSTITUTION' ? { attestations } : {}),
  }) as Dto;
}
