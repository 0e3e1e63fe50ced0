// The clients that an installation for trying out starts with, the two schools that two of them act for, and a municipality.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ApiClient } from './api-client.mjs';
import { ToolError } from './processes.mjs';

const root = join(import.meta.dirname, '..');

/** Codes are examples of the published check-digit rule, not those of existing schools. */
const schools = {
  'demo-school-a': {
    code: '399999157',
    name: 'Demonstration school A',
    countyCode: 'LT-VL',
    municipalityCode: 'LT-57',
  },
  'demo-school-b': {
    code: '399990500',
    name: 'Demonstration school B',
    countyCode: 'LT-KU',
    municipalityCode: 'LT-16',
  },
};

const schoolScopes = [
  'registers.institutions:read',
  'registers.programmes:read',
  'registers.classifiers:read',
  'registers.licences:read',
  'registers.learners:read',
  'registers.learners:write',
  'registers.access-log:read',
  'registers.guardians:read',
  'registers.guardians:write',
  'registers.contacts:read',
  'registers.contacts:write',
  'registers.special-needs:read',
  'registers.special-needs:write',
  'registers.prior-education:read',
  'registers.prior-education:write',
  'registers.staff:read',
  'registers.staff:write',
  'registers.certificate-entries:read',
  'accreditation.procedures:read',
  'accreditation.procedures:write',
  'accreditation.decisions:read',
  'admission.campaigns:read',
  'admission.offerings:read',
  'admission.offerings:write',
  'admission.applications:read',
  'admission.applications:write',
  'admission.suitability:read',
  'admission.suitability:decide',
  'admission.invitations:read',
  'admission.invitations:write',
  'admission.agreements:read',
  'admission.agreements:write',
  'learning-records.enrolments:read',
  'learning-records.enrolments:write',
  'learning-records.results:read',
  'learning-records.results:write',
  'learning-records.credentials:read',
  'learning-records.credentials:write',
  'finance.commitments:read',
  'finance.entries:read',
  'monitoring.indicators:read',
];

/** Reads for coordination (R-REG-18), and enters the institutions of its area (R-REG-07). */
const municipality = {
  name: 'Demonstration municipality',
  scopes: [
    'registers.institutions:read',
    'registers.institutions:write',
    'registers.institution-drafts:read',
    'registers.programmes:read',
    'registers.classifiers:read',
    'registers.licences:read',
    'registers.learners:read',
    'registers.access-log:read',
    'admission.campaigns:read',
    'admission.offerings:read',
    'monitoring.indicators:read',
  ],
  municipalities: ['LT-16'],
};

/** Upserts clients by the issuer's own command; their secrets go by standard input, never by the command line. */
function upsertClients(clients, environment) {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'apps/identity/dist/seed.js')], {
    env: environment,
    input: JSON.stringify(clients),
    encoding: 'utf8',
  });
  if (status !== 0)
    throw new ToolError(`The demonstration clients could not be created: ${stderr.trim().split('\n').at(-1)}`);
}

const clientOf = (secrets, clientId, rest) => ({
  clientId,
  clientSecret: secrets.clients[clientId],
  national: false,
  institutions: [],
  ...rest,
});

/** The gateway, which reads revocations, and the ministry, which may do everything. Returns the ministry. */
export async function seedFirstClients(secrets, identityEnvironment) {
  const { platformScopes } = await import('../apps/identity/dist/clients/scopes.rules.js');
  const gateway = clientOf(secrets, 'gateway', { name: 'Gateway', scopes: ['identity.clients:read'], national: true });
  const ministry = clientOf(secrets, 'demo-ministry', {
    name: 'Demonstration ministry',
    scopes: [...platformScopes],
    national: true,
  });
  upsertClients([gateway, ministry], identityEnvironment);
  return ministry;
}

/** Two institutions, each with a client that acts for it alone, and the municipality of the second. */
export async function seedRegions({ url, secrets, ministry, identityEnvironment }) {
  const api = new ApiClient(url, ministry);
  const clients = [];
  for (const [clientId, { code, ...facts }] of Object.entries(schools)) {
    const { id } = await api.put(`/registers/v1/institutions/by-code/JAR/${code}`, facts);
    clients.push(clientOf(secrets, clientId, { name: facts.name, scopes: schoolScopes, institutions: [id] }));
  }
  clients.push(clientOf(secrets, 'demo-municipality', municipality));
  upsertClients(clients, identityEnvironment);
  return clients;
}
