import { ApiProperty } from '@nestjs/swagger';

export class ShownKeyDto {
  /** 0 comes first. Left out, as all but the score, for a place with few holders. */
  tier?: number;
  /**
   * Competitive score, four decimals.
   * @example 8.1
   */
  @ApiProperty({ format: 'double' })
  score: number;
  /** Codes of the priority criteria met. */
  criteria?: string[];
  /** Lottery hash; lower is better. */
  lottery?: string;
}

export class OptionExplanationDto {
  /** From 1. */
  rank: number;
  offeringId: string;
  fundingType: 'VF' | 'VNF';
  @ApiProperty({
    enum: ['OBTAINED', 'NOT_REACHED', 'NOT_ENTITLED', 'UNSUITABLE', 'BELOW_OFFERING_CUTOFF', 'BELOW_FIELD_CUTOFF'],
  })
  code: string;
  /**
   * The same in plain words, in the language asked for.
   * @example "This place is yours."
   */
  text: string;
  /**
   * `NOT_ENTITLED`: the rule.
   * @example "F-ADM-2"
   */
  rule?: string;
  @ApiProperty({ type: 'object', selfRequired: false, additionalProperties: true, example: { held: 1 } })
  facts?: Record<string, unknown>;
  /**
   * `UNSUITABLE`: the institution's reason, a code of its own, or `PENDING_AT_DEADLINE` or `ENTRANCE_TEST_FAILED`.
   * @example "HEALTH_REQUIREMENT"
   */
  reason?: string;
  /** `UNSUITABLE`: the institution. */
  institutionId?: string;
  /** Below a cut-off: the first part of the key that differs. */
  @ApiProperty({ required: false, enum: ['NO_PLACES', 'TIER', 'SCORE', 'CRITERION', 'LOTTERY'] })
  decidedBy?: string;
  /** Below a cut-off by a criterion: which. Left out for a place with few holders. */
  criterion?: string;
  /** Below a cut-off: the own key. */
  own?: ShownKeyDto;
  /** Below a cut-off: the last one taken; absent when there were no places. */
  cutOff?: ShownKeyDto;
  /** Below a cut-off: seats of the offering, or quota of the field. */
  places?: number;
  /** Below a cut-off: the field whose quota was used up or that the seat belongs to. */
  fieldCode?: string;
  /** Below a cut-off: seats of the offering left empty. */
  seatsFree?: number;
}

export class ExplanationDto {
  applicationId: string;
  stageId: string;
  runId: string;
  resultHash: string;
  options: OptionExplanationDto[];
}
