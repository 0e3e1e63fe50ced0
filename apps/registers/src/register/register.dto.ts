import { IsIn, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { exportFormats } from '@meistras/platform/exports/exports';
import type { ExportFormat } from '@meistras/platform/exports/exports';
import { IsDay } from '@meistras/platform/http/day';
import { anyJson } from '@meistras/platform/openapi/any-json';
import { PageQuery } from '@meistras/platform/paging/paging';

/** On which terms facts are stated; part of every body of a register. */
export class StatedTerms {
  /**
   * First day on which the facts hold; today if left out. They hold until the next later period begins. In the future:
   * they take effect by themselves on that day. In the past: a correction, which needs a reason.
   * @example "2026-09-01"
   */
  @IsOptional()
  @IsDay()
  validFrom?: string;

  /**
   * The act that they rest on.
   * @example "V-1234"
   */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  legalBasis?: string;

  /**
   * Why they were changed.
   * @example "Entered by mistake"
   */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  reason?: string;
}

/** What every answer of a register says about an entry, beside its facts and its state. */
export class AboutEntryDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ type: 'integer', example: 1 })
  version: number;
  /**
   * First day on which the facts hold.
   * @example "2026-09-01"
   */
  @ApiProperty({ format: 'date' })
  validFrom: string;
  /** First day on which they no longer hold; absent while no end is known. */
  @ApiProperty({ format: 'date' })
  validTo?: string;
  /** When the register came to know them. */
  @ApiProperty({ format: 'date-time' })
  recordedAt: string;
  /** The API client that stated them. */
  provider: string;
}

/** Which of the two times a read asks for; without either, what holds today as it is known now. */
export class AsOfQuery {
  /**
   * What held on this day.
   * @example "2026-09-01"
   */
  @IsOptional()
  @IsDay()
  validOn?: string;

  /**
   * As it was known by the end of this day.
   * @example "2026-10-01"
   */
  @IsOptional()
  @IsDay()
  knownOn?: string;
}

/** A whole register in one answer, as it stands. */
export class ExportQuery {
  /** An item a line as JSON (the default), or a table with a header. */
  @IsOptional()
  @IsIn(exportFormats)
  format?: ExportFormat;
}

/** A whole register in one answer, at both times if asked. */
export class RegisterExportQuery extends IntersectionType(AsOfQuery, ExportQuery) {}

/** A list of a register that can be asked for at both times. */
export class AsOfPageQuery extends PageQuery {
  /**
   * What held on this day.
   * @example "2026-09-01"
   */
  @IsOptional()
  @IsDay()
  validOn?: string;

  /**
   * As it was known by the end of this day.
   * @example "2026-10-01"
   */
  @IsOptional()
  @IsDay()
  knownOn?: string;
}

/** A fact that a period changed. */
export class FactChangeDto {
  /** @example "name" */
  property: string;
  @ApiProperty({ ...anyJson, description: 'Absent where nothing was stated before.', example: 'Example School' })
  before?: unknown;
  @ApiProperty({ ...anyJson, description: 'Absent where nothing is stated any more.', example: 'Example Lyceum' })
  after?: unknown;
}

/** What was or is believed to hold in a period. */
export class HistoryPeriodDto {
  @ApiProperty({ format: 'date' })
  validFrom: string;
  /** First day after the period; absent while no end is known. */
  @ApiProperty({ format: 'date' })
  validTo?: string;
  /** Since when it was believed. */
  @ApiProperty({ format: 'date-time' })
  recordedAt: string;
  /** Since when it is no longer believed; absent while it is. */
  @ApiProperty({ format: 'date-time' })
  supersededAt?: string;
  /** The API client that stated it. */
  provider: string;
  legalBasis?: string;
  reason?: string;
  /** What it changed of the period before it, or of the one that it corrected; empty for the first. */
  @ApiProperty({ type: () => [FactChangeDto] })
  changes: FactChangeDto[];
  /** All facts of the period by their names. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  facts: Record<string, unknown>;
}

export class HistoryDto {
  /** Newest knowledge first. */
  @ApiProperty({ type: () => [HistoryPeriodDto] })
  items: HistoryPeriodDto[];
}
