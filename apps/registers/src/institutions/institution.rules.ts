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
