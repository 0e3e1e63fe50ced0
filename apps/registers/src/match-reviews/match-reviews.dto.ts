import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  IsUUID,
  MaxLength,
  MinLength,
} from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { withoutNulls } from '@meistras/platform/http/validation';
import { PageQuery } from '@meistras/platform/paging/paging';
import { LearnerDto } from '../learners/learners.dto.js';
import { personKinds } from '../personal-data/person-kinds.js';
import type { PersonKind } from '../personal-data/person-kinds.js';
import { StaffMemberDto } from '../staff/staff-members.dto.js';
import { matchGrounds } from './match.rules.js';
import type { MatchGround } from './match.rules.js';
import { matchReviewStates } from './match-review.entity.js';
import type { MatchReview, MatchReviewState } from './match-review.entity.js';

export class MatchReviewsQuery extends PageQuery {
  @IsOptional()
  @IsIn(matchReviewStates)
  state?: MatchReviewState;

  /** Only reviews of this kind of persons. */
  @IsOptional()
  @IsIn(personKinds)
  about?: PersonKind;

  /** Only reviews of this learner. */
  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  learnerId?: string;

  /** Only reviews of this member of staff. */
  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  staffMemberId?: string;
}

const pair = { type: 'array' as const, items: { type: 'string' as const, format: 'uuid' }, minItems: 2, maxItems: 2 };

/** Two learners, or two members of staff. */
export class OpenMatchReviewDto {
  /** Two learners who may be one person. */
  @ApiProperty({
    ...pair,
    example: ['01990000-0000-7000-8000-000000000001', '01990000-0000-7000-8000-000000000002'],
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(2)
  @ArrayMaxSize(2)
  @ArrayUnique()
  @IsUUID('all', { each: true })
  learnerIds?: [string, string];

  /** Two members of staff who may be one person. */
  @ApiProperty(pair)
  @IsOptional()
  @IsArray()
  @ArrayMinSize(2)
  @ArrayMaxSize(2)
  @ArrayUnique()
  @IsUUID('all', { each: true })
  staffMemberIds?: [string, string];
}

export const matchDecisions = ['SAME_PERSON', 'DIFFERENT'] as const;

/** Why something was decided. */
class Reasoned {
  /** @example "Birth certificate seen" */
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  reason: string;
}

export class DecideMatchReviewDto extends Reasoned {
  /** `SAME_PERSON` merges them. */
  @IsIn(matchDecisions)
  decision: (typeof matchDecisions)[number];

  /** The one to keep, of one person; the other one's id leads to it from then on. */
  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  survivorId?: string;
}

export class ReverseMatchReviewDto extends Reasoned {}

export class MatchReviewDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ type: 'integer', example: 1 })
  version: number;
  @ApiProperty({ enum: matchReviewStates })
  state: MatchReviewState;
  @ApiProperty({ enum: personKinds })
  about: PersonKind;
  /** Of a review of learners. */
  @ApiProperty(pair)
  learnerIds?: string[];
  /** Of a review of members of staff. */
  @ApiProperty(pair)
  staffMemberIds?: string[];
  /**
   * 0 to 1: how alike the names are; absent for a review that was asked for.
   * @example 0.95
   */
  @ApiProperty({ type: 'number', format: 'double' })
  similarity?: number;
  /** In what they differ, or what makes them suspicious; empty when they are equal, and in a review that was asked for. */
  @ApiProperty({ enum: matchGrounds, isArray: true })
  grounds: MatchGround[];
  @ApiProperty({ format: 'date-time' })
  openedAt: string;
  /** The client that asked for it; absent when the register found it. */
  openedBy?: string;
  @ApiProperty({ format: 'date-time' })
  decidedAt?: string;
  decidedBy?: string;
  reason?: string;
  /** The one that was kept. */
  @ApiProperty({ format: 'uuid' })
  survivorId?: string;
}

/** A review with both beside each other. */
export class MatchReviewPairDto extends MatchReviewDto {
  /** In the order of `learnerIds`. */
  @ApiProperty({ type: () => [LearnerDto] })
  learners?: LearnerDto[];
  /** In the order of `staffMemberIds`. */
  @ApiProperty({ type: () => [StaffMemberDto] })
  staffMembers?: StaffMemberDto[];
  /**
   * Facts in which they differ.
   * @example ["familyName", "possiblyForeign"]
   */
  differences: string[];
}

export class MatchReviewPageDto {
  items: MatchReviewDto[];
  next?: string;
}

export function toMatchReviewDto(review: MatchReview): MatchReviewDto {
  const { id, version, state, about, oneId, otherId, similarity, grounds, openedAt, openedBy, decidedAt } = review;
  const { decidedBy, reason, survivorId } = review;
  const ids = { [about === 'LEARNER' ? 'learnerIds' : 'staffMemberIds']: [oneId, otherId] };
  return withoutNulls({
    ...{ id, version, state, about, ...ids, similarity, grounds },
    ...{ openedAt: openedAt.toISOString(), openedBy, decidedAt: decidedAt?.toISOString() ?? null, decidedBy },
    ...{ reason, survivorId },
  }) as unknown as MatchReviewDto;
}

/** Facts of persons in which two may differ; members of staff have some of them. */
const compared = [
  ...(['givenName', 'familyName', 'birthOn', 'sex', 'possiblyForeign', 'homeMunicipalityCode'] as const),
  ...(['settlementType', 'origin', 'institutionId'] as const),
] satisfies (keyof LearnerDto)[];

export function toMatchReviewPairDto(
  review: MatchReview,
  both: { learners: LearnerDto[] } | { staffMembers: StaffMemberDto[] },
): MatchReviewPairDto {
  const [one, other]: Partial<LearnerDto>[] = 'learners' in both ? both.learners : both.staffMembers;
  const differences = compared.filter((name) => one?.[name] !== other?.[name]);
  return { ...toMatchReviewDto(review), ...both, differences };
}
