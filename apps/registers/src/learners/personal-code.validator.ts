import { registerDecorator } from 'class-validator';
import { checkPersonalCode, personalCodeMessages } from './personal-code.rules.js';

function refusalOf(value: unknown): string {
  const check = typeof value === 'string' ? checkPersonalCode(value) : 'INVALID_FORMAT';
  return check === 'VALID' ? '' : `${check}: ${personalCodeMessages[check]}`;
}

/** A valid personal code (R-REG-01). The refusal never repeats the code (R-REG-30). */
export function IsPersonalCode(): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name: 'isPersonalCode',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: (value) => refusalOf(value) === '',
        defaultMessage: (context) => refusalOf(context?.value),
      },
    });
  };
}
