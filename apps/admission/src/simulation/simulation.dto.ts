import { IsInstant } from '@meistras/platform/http/instant';

export class SetClockDto {
  /**
   * What the clock shows from now on; it goes on from there.
   * @example "2026-06-01T05:00:00Z"
   */
  @IsInstant()
  now: string;
}

export class ClockDto {
  /** What deadlines are judged by. */
  now: string;
}
