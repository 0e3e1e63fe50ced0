/** Whose code it is: `JAR`, Lithuania's Register of Legal Entities; `UAI`, France's register of institutions. */
export const codeSchemes = ['JAR', 'UAI'] as const;
export type CodeScheme = (typeof codeSchemes)[number];

/** R-REG-03: a check returns exactly one of these. */
export type CodeCheck = 'VALID' | 'EMPTY' | 'WRONG_LENGTH' | 'NOT_DIGITS' | 'WRONG_FORMAT' | 'WRONG_CHECK_DIGIT';

export const codeCheckMessages: Record<Exclude<CodeCheck, 'VALID'>, string> = {
  EMPTY: 'The code is empty.',
  WRONG_LENGTH: 'The code has the wrong length.',
  NOT_DIGITS: 'The code must be digits only.',
  WRONG_FORMAT: 'The code must be 7 digits and a check letter.',
  WRONG_CHECK_DIGIT: 'The check digit does not fit.',
};

export function checkInstitutionCode(scheme: CodeScheme, code: string): CodeCheck {
  switch (scheme) {
    case 'JAR':
      return checkJarCode(code);
    case 'UAI':
      return checkUaiCode(code);
  }
}

/** F-REG-2 and R-REG-03. The VAT test "8th digit is 1" is not applied (R-REG-04). */
export function checkJarCode(code: string): CodeCheck {
  if (code === '') return 'EMPTY';
  if (code.length !== 9) return 'WRONG_LENGTH';
  if (!/^\d{9}$/.test(code)) return 'NOT_DIGITS';
  const digits = [...code].map(Number);
  const remainder = (offset: number): number =>
    digits.slice(0, 8).reduce((sum, digit, i) => sum + digit * (((i + offset) % 9) + 1), 0) % 11;
  const first = remainder(0);
  const check = first < 10 ? first : remainder(2) % 10;
  return digits[8] === check ? 'VALID' : 'WRONG_CHECK_DIGIT';
}

const uaiLetters = 'ABCDEFGHJKLMNPRSTUVWXYZ';

/** France's institution code: 7 digits and the letter at their remainder modulo 23. */
export function checkUaiCode(code: string): CodeCheck {
  if (code === '') return 'EMPTY';
  if (!/^\d{7}[A-Z]$/.test(code)) return code.length === 8 ? 'WRONG_FORMAT' : 'WRONG_LENGTH';
  return uaiLetters[Number(code.slice(0, 7)) % 23] === code[7] ? 'VALID' : 'WRONG_CHECK_DIGIT';
}
