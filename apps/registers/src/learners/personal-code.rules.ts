import { isDay } from '@meistras/platform/time/days';

/** R-REG-01: what a check of a personal code returns; a date that cannot be is found before the check digit. */
export type PersonalCodeCheck = 'VALID' | 'INVALID_FORMAT' | 'INVALID_DATE' | 'INVALID_CHECKSUM';

export const personalCodeMessages: Record<Exclude<PersonalCodeCheck, 'VALID'>, string> = {
  INVALID_FORMAT: 'A personal code has 11 digits and begins with 1 to 9.',
  INVALID_DATE: 'The personal code contains a date that does not exist.',
  INVALID_CHECKSUM: 'The check digit of the personal code does not fit.',
};

/** `G YYMMDD NNN C`: G gives century and sex; 9 carries no date. */
export function checkPersonalCode(code: string): PersonalCodeCheck {
  if (!/^[1-9]\d{10}$/.test(code)) return 'INVALID_FORMAT';
  const { birthOn } = readPersonalCode(code);
  if (code.charAt(0) !== '9' && birthOn === undefined) return 'INVALID_DATE';
  return checkDigit(code) === Number(code[10]) ? 'VALID' : 'INVALID_CHECKSUM';
}

const firstWeights = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1];
const secondWeights = [3, 4, 5, 6, 7, 8, 9, 1, 2, 3];

/** F-REG-1. */
function checkDigit(code: string): number {
  const remainder = (weights: number[]): number => {
    let sum = 0;
    for (let i = 0; i < weights.length; i += 1) sum += weights[i]! * (code.charCodeAt(i) - 48);
    return sum % 11;
  };
  const first = remainder(firstWeights);
  return first < 10 ? first : remainder(secondWeights) % 10;
}

/** Birth date and sex as a code carries them; neither with G = 9, no date where it is not a real one. */
export function readPersonalCode(code: string): { birthOn?: string; sex?: 'F' | 'M' } {
  const group = Number(code.charAt(0));
  if (group === 9) return {};
  const sex = group % 2 === 0 ? 'F' : 'M';
  const century = 18 + Math.floor((group - 1) / 2);
  const birthOn = `${century}${code.slice(1, 3)}-${code.slice(3, 5)}-${code.slice(5, 7)}`;
  return isDay(birthOn) ? { birthOn, sex } : { sex };
}
