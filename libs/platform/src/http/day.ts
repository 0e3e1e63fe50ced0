import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { registerDecorator } from 'class-validator';
import { isDay } from '../time/days.js';

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
