/** What a programme is for: professional development of educators (KTPRR), or non-formal learning (NSPR). */
export const purposes = ['PROFESSIONAL_DEVELOPMENT', 'NON_FORMAL_CHILDREN', 'NON_FORMAL_ADULTS'] as const;
export type Purpose = (typeof purposes)[number];

/** Whose code a provider bears. A freelance provider has a code of the register, never a personal code (R-REG-30). */
export const providerSchemes = ['JAR', 'UNIT', 'OLD_JAR', 'OTHER'] as const;
export type ProviderScheme = (typeof providerSchemes)[number];

/** Why a programme leaves the register (R-REG-17). */
export const deregistrationReasons = [
  'PROVIDER_REQUEST',
  'NOT_RUN_FOR_TWO_YEARS',
  'REGISTRAR_DECISION',
  'MERGED',
] as const;
export type DeregistrationReason = (typeof deregistrationReasons)[number];
