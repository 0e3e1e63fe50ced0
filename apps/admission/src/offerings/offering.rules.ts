import type { Fault } from '@meistras/platform/errors/domain-error';

/** A decision with half-open days. */
export interface Right {
  validFrom: string;
  validTo: string | null;
  state: 'GRANTED' | 'REVOKED';
}

/** R-REG-15: whether a decision covers a day. A revocation ends the right on its effective day; without one, at once. */
export function covers({ validFrom, validTo, state }: Right, day: string): boolean {
  if (state === 'REVOKED' && validTo === null) return false;
  return validFrom <= day && (validTo === null || day < validTo);
}

/** What an offering ends with (`suteikiama`). COMPETENCE is a single module's. */
export const awardsOf = [
  'QUALIFICATION',
  'BASIC_AND_QUALIFICATION',
  'SECONDARY_AND_QUALIFICATION',
  'QUALIFICATION_WITH_SOCIAL_SKILLS',
  'COMPETENCE',
] as const;
export type Awards = (typeof awardsOf)[number];

/** R-ADM-27 [PP adm.pool.key]: the funded pool of a programme is its broad field; single modules have pools of their own. */
export function poolCodeOf(fieldCode: string, digits: number, isModule: boolean): string {
  return `${isModule ? 'M' : ''}${fieldCode.slice(0, digits)}`;
}

export function isPoolCode(code: string, digits: number): boolean {
  return /^M?\d+$/.test(code) && code.replace('M', '').length === digits;
}

interface ModuleFacts {
  moduleCode?: string | undefined;
  moduleCredits?: number | undefined;
  awards?: Awards | undefined;
}

/** A single module states its credits and awards a competence; a whole programme does neither. */
export function moduleFaults({ moduleCode, moduleCredits, awards }: ModuleFacts): Fault[] {
  const fault = (name: string, code: string, message: string): Fault => ({ pointer: `/${name}`, code, message });
  if (moduleCode === undefined) {
    return [
      ...(moduleCredits === undefined ? [] : [fault('moduleCredits', 'NO_MODULE', 'Only a single module states it.')]),
      ...(awards === 'COMPETENCE' ? [fault('awards', 'NO_MODULE', 'A whole programme awards a qualification.')] : []),
    ];
  }
  return [
    ...(moduleCredits === undefined ? [fault('moduleCredits', 'CREDITS_MISSING', 'A module states its credits.')] : []),
    ...(awards !== undefined && awards !== 'COMPETENCE'
      ? [fault('awards', 'MODULE', 'A single module awards a competence.')]
      : []),
  ];
}
