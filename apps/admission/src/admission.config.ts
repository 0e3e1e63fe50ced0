import { Type } from 'class-transformer';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import { ServiceConfig } from '@meistras/platform/config/config';

/** What admission needs from its environment besides. */
export class AdmissionConfig extends ServiceConfig {
  /** Whether this process opens, locks and closes stages and does the work of runs. One instance works at a time. */
  @IsIn(['on', 'off'])
  STAGE_CLOCK: 'on' | 'off' = 'on';

  /** How often the clock looks, in milliseconds. Deadlines are judged at request time and do not wait for it. */
  @Type(() => Number)
  @IsInt()
  @Min(50)
  @Max(60_000)
  STAGE_CLOCK_POLL_MS = 1_000;

  /** `on`: the clock may be moved over REST, for a rehearsal in one instance. Never where an admission is real. */
  @IsIn(['on', 'off'])
  SIMULATED_CLOCK: 'on' | 'off' = 'off';

  /** `true`: a run is published by another client than the one that started it. */
  @IsIn(['true', 'false'])
  REQUIRE_SECOND_PERSON: 'true' | 'false' = 'false';
}
