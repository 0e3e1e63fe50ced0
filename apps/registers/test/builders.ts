import type { Caller } from '@meistras/testing/tokens';
import type { RegisterInstitutionDto } from '../src/institutions/institutions.dto.js';

export const registrar: Caller = {
  scopes: ['registers.institutions:read', 'registers.institutions:write'],
  national: true,
};

let serial = 0;

/** A valid JAR code, another one at every call. */
export function aJarCode(): string {
  for (;;) {
    serial += 1;
    const body = String(30000000 + serial);
    const digits = [...body].map(Number);
    const sum = digits.reduce((total, digit, i) => total + digit * (i + 1), 0) % 11;
    if (sum < 10) return `${body}${sum}`;
  }
}

export function anInstitution(facts: Partial<RegisterInstitutionDto> = {}): RegisterInstitutionDto {
  return { codeScheme: 'JAR', code: aJarCode(), name: 'Žemaitijos profesinio mokymo centras', ...facts };
}
