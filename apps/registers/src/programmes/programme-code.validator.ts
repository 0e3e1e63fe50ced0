import { registerDecorator } from 'class-validator';
import { isProgrammeCode, programmeSchemes } from './programme.rules.js';
import type { ProgrammeScheme } from './programme.rules.js';

/** The code fits the `codeScheme` beside it (R-REG-09): fault `WRONG_FORMAT`. */
export function IsProgrammeCode(): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name: 'isProgrammeCode',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: (value, context) => {
          const { codeScheme } = context?.object as { codeScheme?: ProgrammeScheme };
          if (typeof value !== 'string') return false;
          return (
            codeScheme === undefined || !programmeSchemes.includes(codeScheme) || isProgrammeCode(codeScheme, value)
          );
        },
        defaultMessage: () => 'WRONG_FORMAT: The code does not have the form of its scheme.',
      },
    });
  };
}
