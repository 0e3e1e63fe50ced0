import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { registerDecorator } from 'class-validator';

/** Not the year 0, which no calendar of history has, nor the database. */
const shape = /^(?!0000)\d{4}-\d{2}-\d{2}$/;

/** Whether the text is a day that the calendar has, `YYYY-MM-DD`. */
export function isDay(value: unknown): value is string {
  if (typeof value !== 'string' || !shape.test(value)) return false;
  const instant = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(value);
}

/** A calendar day, `YYYY-MM-DD`. */
export function IsDay(): PropertyDecorator {
  const check: PropertyDecorator = (target, propertyName) =>
    registerDecorator({
      name: 'isDay',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: { validate: isDay, defaultMessage: () => 'DAY: It must be a day of the calendar, YYYY-MM-DD.' },
    });
  return applyDecorators(check, ApiProperty({ type: 'string', format: 'date' }));
}
