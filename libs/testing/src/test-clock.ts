import { Clock } from '@meistras/platform/time/clock';

/** A clock that a test sets; until then it shows the real time. */
export class TestClock extends Clock {
  private fixed: Date | undefined;

  set(instant: string): void {
    this.fixed = new Date(instant);
  }

  override now(): Date {
    return this.fixed ?? super.now();
  }

  override real(): Date {
    return this.fixed ?? super.real();
  }
}
