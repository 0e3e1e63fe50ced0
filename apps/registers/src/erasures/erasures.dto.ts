import { IsIn, IsOptional, IsString, IsUUID, MaxLength, MinLength } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { PageQuery } from '@meistras/platform/paging/paging';
import { personKinds } from '../personal-data/person-kinds.js';
import type { PersonKind } from '../personal-data/person-kinds.js';
import { erasureGrounds } from './erasure.entity.js';
import type { Erasure, ErasureGround } from './erasure.entity.js';

export class DueErasuresQuery extends PageQuery {
  /** Only persons of this kind. */
  @IsOptional()
  @IsIn(personKinds)
  about?: PersonKind;
}

/** A learner, or a member of staff. */
export class ErasePersonDto {
  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  learnerId?: string;

  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  staffMemberId?: string;

  /** `RETENTION_ENDED` is refused before its day. */
  @IsIn(erasureGrounds)
  ground: ErasureGround;

  /**
   * The act or decision that it rests on.
   * @example "V-1234"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  legalBasis: string;
}

export class ErasureDto extends ErasePersonDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'date-time' })
  erasedAt: string;
  /** The API client. */
  erasedBy: string;
  /** Of entries that were merged into this one: they were erased with it. */
  @ApiProperty({ type: [String], format: 'uuid' })
  mergedIds: string[];
  /**
   * SHA-256 of each key that was destroyed, the person's and those of whoever was merged into it. Erasures from before
   * persons had keys have none.
   * @example ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]
   */
  @ApiProperty({ type: [String] })
  destroyedKeys: string[];
}

export class ErasurePageDto {
  items: ErasureDto[];
  next?: string;
}

/** A learner or a member of staff whose data may be erased. */
export class DueErasureDto {
  @ApiProperty({ format: 'uuid' })
  learnerId?: string;
  @ApiProperty({ format: 'uuid' })
  staffMemberId?: string;
  /** Since when. */
  @ApiProperty({ format: 'date', example: '2036-07-01' })
  dueOn: string;
}

export class DueErasurePageDto {
  items: DueErasureDto[];
  next?: string;
}

/** The property in which a person of each kind is named. */
export const idNames = { LEARNER: 'learnerId', STAFF_MEMBER: 'staffMemberId' } as const satisfies Record<
  PersonKind,
  keyof ErasePersonDto
>;

export const toErasureDto = ({ about, personId, ...proof }: Erasure): ErasureDto => ({
  ...{ [idNames[about]]: personId, ...proof },
  erasedAt: proof.erasedAt.toISOString(),
});
