import { IsIn, IsString, IsUUID, MaxLength, MinLength } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { erasureGrounds } from './erasure.entity.js';
import type { Erasure, ErasureGround } from './erasure.entity.js';

export class EraseLearnerDto {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  learnerId: string;

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

export class ErasureDto extends EraseLearnerDto {
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
   * SHA-256 of each key that was destroyed, the learner's and those of whoever was merged into it. Erasures from before
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

/** A learner whose data may be erased. */
export class DueErasureDto {
  @ApiProperty({ format: 'uuid' })
  learnerId: string;
  /** Since when. */
  @ApiProperty({ format: 'date', example: '2036-07-01' })
  dueOn: string;
}

export class DueErasurePageDto {
  items: DueErasureDto[];
  next?: string;
}

export const toErasureDto = (erasure: Erasure): ErasureDto => ({
  ...erasure,
  erasedAt: erasure.erasedAt.toISOString(),
});
