import { IsIn, IsString, MaxLength } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';

export const importModes = ['validate', 'commit'] as const;
export const importAtomicities = ['row', 'all'] as const;
export const importStates = ['RECEIVING', 'QUEUED', 'RUNNING', 'DONE', 'REFUSED', 'ABORTED'] as const;

export class ImportQuery {
  /**
   * What the rows are.
   * @example "institutions"
   */
  @IsString()
  @MaxLength(40)
  kind: string;

  /** `validate` checks every row and changes nothing. */
  @ApiProperty({ required: false, enum: importModes, default: 'commit' })
  @IsIn(importModes)
  mode: (typeof importModes)[number] = 'commit';

  /** `row` stores every good row; `all` stores nothing unless every row is good. */
  @ApiProperty({ required: false, enum: importAtomicities, default: 'row' })
  @IsIn(importAtomicities)
  atomicity: (typeof importAtomicities)[number] = 'row';
}

export class ImportJobDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  /** @example "institutions" */
  kind: string;
  @ApiProperty({ enum: importModes })
  mode: (typeof importModes)[number];
  @ApiProperty({ enum: importAtomicities })
  atomicity: (typeof importAtomicities)[number];
  /** `REFUSED`: an all-or-nothing import had bad rows. `ABORTED`: the upload broke off or was not a file of this kind. */
  @ApiProperty({ enum: importStates, example: 'RUNNING' })
  state: (typeof importStates)[number];
  /** Rows received. */
  @ApiProperty({ type: 'integer', example: 3507 })
  total: number;
  /** Rows judged so far. */
  @ApiProperty({ type: 'integer', example: 2000 })
  done: number;
  @ApiProperty({ type: 'integer', example: 1961 })
  created: number;
  @ApiProperty({ type: 'integer', example: 0 })
  updated: number;
  @ApiProperty({ type: 'integer', example: 0 })
  unchanged: number;
  /** Rows refused; the report says why. */
  @ApiProperty({ type: 'integer', example: 39 })
  failed: number;
  /** Rows judged in a second, on average so far. */
  @ApiProperty({ type: 'integer', example: 2500 })
  ratePerSecond: number;
  /** Seconds until the end at this rate; absent when it is over or not begun. */
  @ApiProperty({ type: 'integer', example: 1 })
  etaSeconds?: number;
  /** Why the whole import was refused or aborted. */
  error?: string;
  @ApiProperty({ format: 'date-time' })
  createdAt: string;
  @ApiProperty({ format: 'date-time' })
  finishedAt?: string;
}
