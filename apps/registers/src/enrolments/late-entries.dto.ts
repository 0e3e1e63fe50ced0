import { IsOptional, IsUUID } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { LateEntry } from './late-entry.entity.js';
import { enteredFacts } from './late-entry.rules.js';
import type { EnteredFact } from './late-entry.rules.js';

export class LateEntriesQuery extends PageQuery {
  /** Only entries of this institution. */
  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  institutionId?: string;
}

/** A start or an end of an enrolment that was entered after its deadline. */
export class LateEntryDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  enrolmentId: string;
  @ApiProperty({ format: 'uuid' })
  institutionId: string;
  @ApiProperty({ enum: enteredFacts })
  fact: EnteredFact;
  /** The day that was entered. */
  @ApiProperty({ format: 'date', example: '2026-09-01' })
  factOn: string;
  /** Last day on which it would have been in time. */
  @ApiProperty({ format: 'date', example: '2026-09-08' })
  dueOn: string;
  /** The day on which it was entered. */
  @ApiProperty({ format: 'date', example: '2026-09-09' })
  enteredOn: string;
}

export class LateEntryPageDto {
  items: LateEntryDto[];
  next?: string;
}

export const toLateEntryDto = (entry: LateEntry): LateEntryDto => ({ ...entry });
