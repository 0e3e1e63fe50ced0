import { IsIn, IsString, MaxLength } from 'class-validator';

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
  @IsIn(importModes)
  mode: (typeof importModes)[number] = 'commit';

  /** `row` stores every good row; `all` stores nothing unless every row is good. */
  @IsIn(importAtomicities)
  atomicity: (typeof importAtomicities)[number] = 'row';
}

export class ImportJobDto {
  id: string;
  kind: string;
  mode: (typeof importModes)[number];
  atomicity: (typeof importAtomicities)[number];
  /** `REFUSED`: an all-or-nothing import had bad rows. `ABORTED`: the upload broke off or was not a file of this kind. */
  state: (typeof importStates)[number];
  /** Rows received. */
  total: number;
  /** Rows judged so far. */
  done: number;
  created: number;
  updated: number;
  unchanged: number;
  /** Rows refused; the report says why. */
  failed: number;
  /** Rows judged in a second, on average so far. */
  ratePerSecond: number;
  /** Seconds until the end at this rate; absent when it is over or not begun. */
  etaSeconds?: number;
  /** Why the whole import was refused or aborted. */
  error?: string;
  createdAt: string;
  finishedAt?: string;
}
