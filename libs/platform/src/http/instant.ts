import { registerDecorator } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';

const shape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/;

/** Whether a text is an instant of RFC 3339 in UTC that the calendar has. */
export function isInstant(text: string): boolean {
  if (!shape.test(text)) return false;
  const instant = new Date(text);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().slice(0, 19) === text.slice(0, 19);
}

/** The property is an instant in UTC, `2026-08-05T21:00:00Z`: 422 `IS_INSTANT`. */
export function IsInstant(): PropertyDecorator {
  return (target, propertyName) => {
    ApiProperty({ format: 'date-time' })(target, propertyName);
    registerDecorator({
      name: 'isInstant',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: (value) => typeof value === 'string' && isInstant(value),
        defaultMessage: (context) => `${context?.property ?? 'The instant'} must be an instant in UTC with Z`,
      },
    });
  };
}
