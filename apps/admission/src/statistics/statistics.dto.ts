import { IsIn } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { PageQuery } from '@meistras/platform/paging/paging';

export const statisticsBy = ['field', 'municipality', 'fundingType', 'institution', 'group'] as const;
export type StatisticsBy = (typeof statisticsBy)[number];

export class StatisticsQuery {
  /** What the figures are counted by. */
  @IsIn(statisticsBy)
  by: StatisticsBy;
}

/** Figures of fewer persons than `adm.statistics.smallestCell` are null. */
export class StatisticsCellDto {
  /**
   * Pool code, municipality (ISO 3166-2), funding type, institution, or group of applicants; empty where it is not known.
   * @example "07"
   */
  key: string;
  /** Persons who listed one of these options. */
  @ApiProperty({ type: 'integer', nullable: true })
  applicants: number | null;
  /** Persons who were invited to one. */
  @ApiProperty({ type: 'integer', nullable: true })
  invited: number | null;
  /** Live agreements. */
  @ApiProperty({ type: 'integer', nullable: true })
  agreements: number | null;
}

export class StatisticsDto {
  stageId: string;
  @ApiProperty({ enum: statisticsBy })
  by: StatisticsBy;
  /** Figures below it are hidden. */
  smallestCell: number;
  items: StatisticsCellDto[];
}

export class CutOffDto {
  offeringId: string;
  fundingType: 'VF' | 'VNF';
  places: number;
  /** Places taken; null where so few were that somebody could be recognised. */
  @ApiProperty({ type: 'integer', nullable: true })
  taken: number | null;
  /**
   * Score of the last one taken; absent with room left, and where few were taken.
   * @example 8.125
   */
  @ApiProperty({ format: 'double', required: false })
  score?: number;
}

export class CutOffPageDto {
  items: CutOffDto[];
  next?: string;
}

export class CutOffsQuery extends PageQuery {}
