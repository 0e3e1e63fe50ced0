import { applyDecorators } from '@nestjs/common';
import { Matches } from 'class-validator';
import { IsDay } from '@meistras/platform/http/day';

/** A day that the database has too: its calendar has no year 0. */
export function IsRegisterDay(): PropertyDecorator {
  const hasYear = Matches(/^(?!0000-)/, { message: 'DAY: It must be a day of the calendar, YYYY-MM-DD.' });
  return applyDecorators(hasYear, IsDay());
}
