/** Kinds of persons whom the registers know: each has a register, keys and ids of its own, whoever is both. */
export const personKinds = ['LEARNER', 'STAFF_MEMBER'] as const;
export type PersonKind = (typeof personKinds)[number];
