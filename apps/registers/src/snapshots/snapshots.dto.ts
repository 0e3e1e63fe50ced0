import { IsIn, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { exportFormats } from '@meistras/platform/exports/exports';
import type { ExportFormat } from '@meistras/platform/exports/exports';
import { IsDay } from '@meistras/platform/http/day';
import { withoutNulls } from '@meistras/platform/http/validation';
import { PageQuery } from '@meistras/platform/paging/paging';
import { ageGroups } from './age.rules.js';
import type { Snapshot, SnapshotFigure } from './snapshot.entity.js';
import { cellOf, countedRegisters } from './snapshot.rules.js';
import type { CountedRegister, Difference } from './snapshot.rules.js';

export class TakeSnapshotDto {
  /**
   * The day whose facts are counted, today or before.
   * @example "2025-10-01"
   */
  @IsDay()
  validOn: string;

  /** @example "Learners, institutions and staff on 1 October 2025" */
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name: string;

  /**
   * The act that the figures are made for.
   * @example "V-1234"
   */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  legalBasis?: string;
}

export class SnapshotDto extends TakeSnapshotDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  /** The facts as they were known at this moment. */
  @ApiProperty({ format: 'date-time' })
  takenAt: string;
  /** The API client that took it. */
  takenBy: string;
  /** How many figures there are. */
  @ApiProperty({ type: 'integer', example: 1204 })
  figures: number;
  /**
   * SHA-256 of the figures: of the bytes of their NDJSON export as a national client receives them.
   * @example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
   */
  sha256: string;
}

export class SnapshotPageDto {
  items: SnapshotDto[];
  next?: string;
}

/** A cell: what is counted, by which properties. One that is not known, or that the register has not, is absent. */
class CellDto {
  @ApiProperty({ enum: countedRegisters })
  register: CountedRegister;
  /** Of learner entries and staff posts. */
  @ApiProperty({ format: 'uuid' })
  institutionId?: string;
  /**
   * Of institutions.
   * @example "VET"
   */
  institutionType?: string;
  /**
   * Home municipality of learners, municipality of institutions; ISO 3166-2.
   * @example "LT-16"
   */
  municipalityCode?: string;
  /**
   * Code of the programme at admission.
   * @example "P43061301"
   */
  programmeCode?: string;
  /**
   * ISCED-F 2013.
   * @example "0613"
   */
  fieldCode?: string;
  /** @example "F" */
  sex?: string;
  /** Age on the day (F-REG-5). */
  @ApiProperty({ enum: ageGroups.map(({ code }) => code) })
  ageGroup?: string;
  /**
   * Of staff posts.
   * @example "Teacher"
   */
  position?: string;
}

export class FigureDto extends CellDto {
  /** How many. */
  @ApiProperty({ type: 'integer', example: 12 })
  value: number;
}

export class FigurePageDto {
  items: FigureDto[];
  next?: string;
}

export class FiguresQuery extends PageQuery {
  @IsOptional()
  @IsIn(countedRegisters)
  register?: CountedRegister;
}

export class FiguresExportQuery {
  /** A figure a line as JSON (the default), or a table with a header. */
  @IsOptional()
  @IsIn(exportFormats)
  format?: ExportFormat;
}

export class FigureDifferenceDto extends CellDto {
  /** The figure of the snapshot; 0 where it has none. */
  @ApiProperty({ type: 'integer', example: 12 })
  frozen: number;
  /** The figure as it would be counted now. */
  @ApiProperty({ type: 'integer', example: 13 })
  now: number;
}

/** The cells of a snapshot that would be counted otherwise now. */
export class SnapshotDifferenceDto {
  @ApiProperty({ format: 'uuid' })
  snapshotId: string;
  @ApiProperty({ format: 'date', example: '2025-10-01' })
  validOn: string;
  @ApiProperty({ format: 'date-time' })
  countedAt: string;
  items: FigureDifferenceDto[];
}

export const toSnapshotDto = ({ takenAt, ...snapshot }: Snapshot): SnapshotDto =>
  withoutNulls({ ...snapshot, takenAt: takenAt.toISOString() }) as unknown as SnapshotDto;

export const toFigureDto = (figure: SnapshotFigure): FigureDto =>
  withoutNulls({ ...cellOf(figure), value: figure.value }) as unknown as FigureDto;

export const toFigureDifferenceDto = (difference: Difference): FigureDifferenceDto =>
  withoutNulls(difference) as unknown as FigureDifferenceDto;
