import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';

/** The time of the platform. Injected everywhere, so that a test or a simulated year can move it. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }

  /** The calendar day in a time zone, `YYYY-MM-DD`. Deadlines are judged in the national zone. */
  today(timeZone = 'Europe/Vilnius'): string {
    return dayIn(this.now(), timeZone);
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The calendar day of an instant in a time zone, `YYYY-MM-DD`. */
export function dayIn(instant: Date, timeZone: string): string {
  let format = formats.get(timeZone);
  if (!format) formats.set(timeZone, (format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' })));
  return format.format(instant);
}

/** Ids of everything: UUIDv7, so that they sort by creation. */
@Injectable()
export class Ids {
  next(): string {
    return v7();
  }
}
