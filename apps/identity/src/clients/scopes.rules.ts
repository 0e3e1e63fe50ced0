const readWrite = (service: string, ...resources: string[]): string[] =>
  resources.flatMap((resource) => [`${service}.${resource}:read`, `${service}.${resource}:write`]);

/** Every scope of the platform, `<service>.<resource>:<read|write|decide>`. A client can be given no other. */
export const platformScopes: readonly string[] = [
  ...readWrite('identity', 'clients'),
  ...readWrite('registers', 'institutions', 'programmes', 'learners', 'classifiers', 'licences'),
  ...readWrite('registers', 'employers', 'non-formal-programmes', 'qualifications', 'occupational-standards'),
  ...readWrite('registers', 'staff', 'snapshots', 'transfers', 'programme-drafts'),
  'registers.institution-drafts:read',
  ...readWrite('registers', 'certificate-entries'),
  'registers.learner-exports:read',
  'registers.staff-exports:read',
  'registers.certificate-exports:read',
  ...readWrite('registers', 'protected', 'guardians', 'contacts', 'special-needs', 'prior-education'),
  'registers.personal-codes:read',
  'registers.access-log:read',
  'registers.match-reviews:decide',
  'registers.erasures:write',
  ...readWrite('registers', 'me', 'correction-requests'),
  'registers.correction-requests:decide',
  ...readWrite('accreditation', 'procedures'),
  'accreditation.procedures:decide',
  'accreditation.decisions:read',
  ...readWrite('admission', 'campaigns', 'offerings', 'applications', 'suitability', 'invitations', 'agreements'),
  'admission.policies:write',
  'admission.suitability:decide',
  'admission.runs:read',
  'admission.runs:decide',
  'admission.trial-runs:write',
  ...readWrite('learning-records', 'enrolments', 'results', 'credentials'),
  ...readWrite('finance', 'rates', 'commitments', 'entries'),
  'monitoring.indicators:read',
  ...readWrite('platform', 'parked-events'),
];

/** The scopes of a token: those asked that the client has, in the client's order; all of the client's if none are asked. */
export function grantedScopes(ofClient: readonly string[], asked: readonly string[]): string[] {
  return asked.length === 0 ? [...ofClient] : ofClient.filter((scope) => asked.includes(scope));
}
