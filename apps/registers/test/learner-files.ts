const resources = ['guardians', 'contacts', 'special-needs', 'prior-education'];
export const fileScopes = resources.flatMap((each) => [`registers.${each}:read`, `registers.${each}:write`]);

export const guardian = { givenName: 'Globėja-1', familyName: 'Globėjienė-1', relation: 'MOTHER', represents: true };
const need = { groupCode: '7', level: 'MODERATE', decisionNumber: 'PPT-1', decidedOn: '2025-05-20' };
/** What may be kept of a learner: its name, and two states of it. */
export const files: [string, object, object][] = [
  ['guardians', { guardians: [guardian] }, { guardians: [] }],
  ['contacts', { phone: '+37060000001' }, { email: 'learner-1@example.org' }],
  ['special-needs', { needs: [need] }, { needs: [{ ...need, level: 'SEVERE' }] }],
  ['prior-education', { education: [{ level: 'BASIC', completedOn: '2025-06-20' }] }, { education: [] }],
];
