import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';

/**
 * The time of the platform. Injected everywhere, so that a test or a simulated year can move it. It goes by the clock of the
 * service's database, so that all instances judge a deadline alike (`DatabaseTime`).
 */
@Injectable()
export class Clock {
  private correctionMs = 0;
  private simulatedMs = 0;

  /** The time that the domain goes by. */
  now(): Date {
    return new Date(this.real().getTime() + this.simulatedMs);
  }

  /** The time that is, whatever is simulated: tokens expire by it. */
  real(): Date {
    return new Date(this.system() + this.correctionMs);
  }

  /** Milliseconds since 1970 as this machine has them. */
  system(): number {
    return Date.now();
  }

  /** By how much this machine is behind the clock that all instances share, in milliseconds. */
  correct(behindMs: number): void {
    this.correctionMs = behindMs;
  }

  /** Shows another time from now on, going on from there; undefined: the real one again. */
  simulate(now: Date | undefined): void {
    this.simulatedMs = now ? now.getTime() - this.real().getTime() : 0;
  }

  /** The calendar day in a time zone, `YYYY-MM-DD`. Deadlines are judged in the national zone. */
  today(timeZone = 'Europe/Vilnius'): string {
    return dayIn(this.now(), timeZone);
  }
}

/** No zone's offset is other than whole quarters of an hour, so neither does the day change within one. */
const quarterMs = 900_000;

interface ZoneDays {
  format: Intl.DateTimeFormat;
  quarter: number;
  day: string;
}

const zones = new Map<string, ZoneDays>();

/** The calendar day of an instant in a time zone, `YYYY-MM-DD`. */
export function dayIn(instant: Date, timeZone: string): string {
  let zone = zones.get(timeZone);
  if (!zone) {
    zone = { format: new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }), quarter: Number.NaN, day: '' };
    zones.set(timeZone, zone);
  }
  const quarter = Math.floor(instant.getTime() / quarterMs);
  if (zone.quarter !== quarter) {
    zone.day = zone.format.format(instant);
    zone.quarter = quarter;
  }
  return zone.day;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
const offsets = new Map<string, Intl.DateTimeFormat>();

/** Minutes by which a zone's clocks are ahead of UTC at an instant. */
function offsetIn(instant: Date, timeZone: string): number {
  let format = offsets.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    offsets.set(timeZone, format);
  }
  const name = format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** The same time of the day so many days later, as the clocks of a zone show it: also across a change of the clocks. */
export function plusDaysIn(instant: Date, days: number, timeZone: string): Date {
  const later = new Date(instant.getTime() + days * dayMs);
  return new Date(later.getTime() + (offsetIn(instant, timeZone) - offsetIn(later, timeZone)) * minuteMs);
}

/** Midnight in a zone, at the beginning of a day `YYYY-MM-DD`. */
export function startOfDayIn(day: string, timeZone: string): Date {
  const midnight = new Date(`${day}T00:00:00Z`);
  const guess = new Date(midnight.getTime() - offsetIn(midnight, timeZone) * minuteMs);
  return new Date(midnight.getTime() - offsetIn(guess, timeZone) * minuteMs);
}

const idBytes = 16;

/** Ids of everything: UUIDv7, so that they sort by creation. Random bytes are drawn for many at once: a draw is dear. */
@Injectable()
export class Ids {
  private readonly drawn = new Uint8Array(256 * idBytes);
  private used = this.drawn.length;
  private readonly last = { msecs: 0, seq: 0 };

  next(): string {
    if (this.used === this.drawn.length) {
      crypto.getRandomValues(this.drawn);
      this.used = 0;
    }
    const random = this.drawn.subarray(this.used, (this.used += idBytes));
    const now = Date.now();
    // Within a millisecond the sequence counts on, from a random beginning with room above it.
    if (now > this.last.msecs) {
      this.last.msecs = now;
      this.last.seq = ((random[6]! & 0x3f) << 24) | (random[7]! << 16) | (random[8]! << 8) | random[9]!;
    } else this.last.seq += 1;
    return v7({ random, ...this.last });
  }
}
