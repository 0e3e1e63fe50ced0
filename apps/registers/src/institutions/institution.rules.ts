import { DomainError } from '@meistras/platform/errors/domain-error';

/** Kinds of institutions in the register (registers.md 2.2, mainType). */
export const institutionTypes = [
  'VET',
  'GENERAL',
  'HIGHER',
  'NON_FORMAL',
  'PRE_SCHOOL',
  'SUPPORT',
  'FREELANCE_TEACHER',
  'OTHER',
] as const;
export type InstitutionType = (typeof institutionTypes)[number];

/** 10 state, 20 municipal, 30 non-state in the national export. */
export const ownerships = ['STATE', 'MUNICIPAL', 'NON_STATE'] as const;
export type Ownership = (typeof ownerships)[number];

export const institutionStates = ['REGISTERED', 'REORGANISING', 'CLOSED'] as const;
export type InstitutionState = (typeof institutionStates)[number];
export type InstitutionAct = 'REORGANISE' | 'END_REORGANISATION' | 'CLOSE';

/** The state that an act leads to; undefined where an institution of that state knows no such act (registers.md, section 4). */
export function stateAfter(state: InstitutionState, act: InstitutionAct): InstitutionState | undefined {
  switch (act) {
    case 'REORGANISE':
      return state === 'REGISTERED' ? 'REORGANISING' : undefined;
    case 'END_REORGANISATION':
      return state === 'REORGANISING' ? 'REGISTERED' : undefined;
    case 'CLOSE':
      return state === 'CLOSED' ? undefined : 'CLOSED';
  }
}

/** Whom the caller of a write enters institutions for. */
export interface Entering {
  national: boolean;
  municipalities: ReadonlySet<string>;
}

/** What decides who enters an institution. */
export interface EnteredInstitution {
  type?: InstitutionType | null | undefined;
  municipalityCode?: string | null | undefined;
}

/** R-REG-07: entered by the national administrator, as are institutions whose type is not known. */
const nationalTypes: readonly (InstitutionType | null | undefined)[] = ['VET', 'HIGHER', null, undefined];

/**
 * R-REG-07: the education unit of a municipality enters the institutions of its area that are not entered nationally.
 * A national client may enter all: registers were filled nationally before, and are corrected so. Throws `forbidden`.
 */
export function assertMayEnter(by: Entering, { type, municipalityCode }: EnteredInstitution): void {
  if (by.national) return;
  const inArea = typeof municipalityCode === 'string' && by.municipalities.has(municipalityCode);
  if (inArea && !nationalTypes.includes(type)) return;
  const message = 'A municipality enters the institutions of its area that are neither VET nor higher education.';
  throw new DomainError('forbidden', 'institution-not-yours', message);
}
