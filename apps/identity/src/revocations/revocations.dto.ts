import { IsISO8601, IsOptional } from 'class-validator';

export class RevocationsQuery {
  /**
   * Only what was revoked at this instant or later; by default, and at the earliest, one token lifetime ago. A reader
   * that asks again should overlap by a minute: a slow transaction may commit behind a fast one.
   * @example "2026-09-01T08:00:00.000Z"
   */
  @IsOptional()
  @IsISO8601({ strict: true, strictSeparator: true })
  since?: string;
}

export class RevocationDto {
  clientId: string;

  /** Every token of the client issued before this instant is closed. */
  tokensNotBefore: string;

  state: 'ACTIVE' | 'REVOKED';
}

export class RevocationsDto {
  items: RevocationDto[];

  /** Instant of the list, to go on from. */
  asOf: string;
}
