import { ApiProperty } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { RunKind } from '../runs/run.tables.js';
import type { ComparedLimit, ComparedRun, FilledByFunding, FilledPlaces, StoredFill } from './comparison.queries.js';

export class ComparisonQuery {
  /** The other run of the same stage, trial or final. */
  @IsUUID()
  with: string;
}

export class ComparedOfferingsQuery extends PageQuery {
  /** The other run of the same stage, trial or final. */
  @IsUUID()
  with: string;
}

export class FilledPlacesDto {
  places: number;
  taken: number;
  unfilled: number;
}

/** One of the two runs. */
export class ComparedRunDto {
  runId: string;
  @ApiProperty({ enum: ['FINAL', 'TRIAL'] })
  kind: RunKind;
  applicants: number;
  placed: number;
  /** Places of all fields together: their quotas. */
  funded: FilledPlacesDto;
  nonFunded: FilledPlacesDto;
}

/** What became of the applicants of the stage. Applicants that a trial added are nobody, and are not among them. */
export class ComparedApplicantsDto {
  placedInBoth: number;
  /** Without a place in the other run, or left out of it. */
  onlyInFirst: number;
  onlyInSecond: number;
  /** Of those placed in both: the same offering and funding. */
  samePlace: number;
  /** A place that stands higher on the applicant's own list. */
  betterInSecond: number;
  worseInSecond: number;
  /** Another place, one of which is no longer on the applicant's list. */
  notComparable: number;
}

export class FilledLimitDto {
  places: number;
  taken: number;
  /**
   * Score of the last one taken; absent with room left.
   * @example 8.125
   */
  @ApiProperty({ format: 'double', required: false })
  score?: number;
}

export class ComparedFieldDto {
  /** @example "07" */
  fieldCode: string;
  first: FilledLimitDto;
  second: FilledLimitDto;
}

export class ComparisonDto {
  stageId: string;
  first: ComparedRunDto;
  second: ComparedRunDto;
  /** Whether one lottery drew both; otherwise some of the difference is its luck. */
  sameLottery: boolean;
  applicants: ComparedApplicantsDto;
  /** State-funded places by field. */
  fields: ComparedFieldDto[];
}

export class ComparedOfferingDto {
  offeringId: string;
  fundingType: 'VF' | 'VNF';
  first: FilledLimitDto;
  second: FilledLimitDto;
}

export class ComparedOfferingPageDto {
  items: ComparedOfferingDto[];
  next?: string;
}

export function toComparedRunDto(run: ComparedRun, filled: FilledByFunding): ComparedRunDto {
  const { runId, kind, applicants, placed } = run;
  return {
    ...{ runId, kind, applicants: applicants ?? 0, placed: placed ?? 0 },
    ...{ funded: toFilledPlacesDto(filled.funded), nonFunded: toFilledPlacesDto(filled.nonFunded) },
  };
}

const toFilledPlacesDto = ({ places, taken }: FilledPlaces): FilledPlacesDto => ({
  ...{ places, taken, unfilled: places - taken },
});

export const toComparedFieldDto = ({ ref, first, second }: ComparedLimit): ComparedFieldDto => ({
  ...{ fieldCode: ref, first: toFilledLimitDto(first), second: toFilledLimitDto(second) },
});

export const toComparedOfferingDto = ({ ref, fundingType, first, second }: ComparedLimit): ComparedOfferingDto => ({
  ...{ offeringId: ref, fundingType, first: toFilledLimitDto(first), second: toFilledLimitDto(second) },
});

/** Where a run has no such limit there were no places. */
const toFilledLimitDto = (filled: StoredFill | null): FilledLimitDto => ({
  ...{ places: filled?.places ?? 0, taken: filled?.taken ?? 0 },
  ...((filled?.score ?? null) === null ? {} : { score: filled!.score! / 10_000 }),
});
