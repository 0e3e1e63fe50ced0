import { registerDecorator } from 'class-validator';
import type { ValidationArguments } from 'class-validator';
import { checkInstitutionCode, codeCheckMessages, codeSchemes } from './institution-code.rules.js';
import type { CodeScheme } from './institution-code.rules.js';

function checkOf(value: unknown, { object }: ValidationArguments): string {
  const { codeScheme } = object as { codeScheme?: CodeScheme };
  if (typeof value !== 'string') return 'WRONG_FORMAT: The code must be text.';
  if (codeScheme === undefined || !codeSchemes.includes(codeScheme)) return '';
  const check = checkInstitutionCode(codeScheme, value);
  return check === 'VALID' ? '' : `${check}: ${codeCheckMessages[check]}`;
}

/** The code fits the `codeScheme` beside it. The fault's code is the one of R-REG-03. */
export function IsInstitutionCode(): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name: 'isInstitutionCode',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: (value, context) => context !== undefined && checkOf(value, context) === '',
        defaultMessage: (context) => (context ? checkOf(context.value, context) : ''),
      },
    });
  };
}
