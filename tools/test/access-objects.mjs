// What the access test needs besides the two schools.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importJWK, SignJWT } from 'jose';
import { Seal } from '../../apps/identity/dist/issuer/seal.service.js';

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/**
 * A token that names a person, as a portal's issuer would give it: no client can ask for one, so it is signed with the
 * platform's own key, which the test opens as identity does.
 * @param {import('./platform-under-test.mjs').PlatformUnderTest} under
 * @param {{ learnerId: string, scopes: string[] }} person
 */
export async function tokenOfPerson(under, { learnerId, scopes }) {
  const seal = new Seal(JSON.parse(readFileSync(join(under.dir, 'secrets.json'), 'utf8')));
  const [{ kid, sealed_jwk: sealed }] = await under.query(
    'identity',
    'SELECT kid, sealed_jwk FROM signing_key WHERE signs_from <= now() ORDER BY signs_from DESC LIMIT 1',
  );
  const key = await importJWK(JSON.parse(seal.open(sealed, kid)), 'ES256');
  return new SignJWT({ client_id: 'portal', scope: scopes.join(' '), institutions: [], learner_id: learnerId })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
    .setIssuer(under.platform.url)
    .setAudience('urn:meistras:api')
    .setSubject('portal')
    .setIssuedAt()
    .setExpirationTime('9m')
    .sign(key);
}

/** An institution of a municipality's own kind, and the code of one that is not there yet. */
async function generalInstitution(ministry, { municipalityCode }, [code, newCode]) {
  const facts = { name: 'School', type: 'GENERAL', municipalityCode };
  const { id } = await ministry.put(`/registers/v1/institutions/by-code/JAR/${code}`, facts);
  return { id, code, newCode };
}

/** What was proposed in a municipality and by a school, what a school asks to be corrected, and what it says of a diploma. */
async function proposals(ministry, { api, institutionId, municipalityCode, credential, names }, code) {
  const facts = { codeScheme: 'JAR', code, name: 'School', type: 'GENERAL', municipalityCode };
  const hashes = { pledgeHash: '1'.repeat(64), dataCardHash: '2'.repeat(64) };
  const programme = { codeScheme: 'SMPKR', code: 'P43061378', name: 'Programme', kind: 'INITIAL', fieldCode: '0613' };
  const correction = { institutionId, entryId: credential.id, statement: names.familyName };
  return {
    institutionDraft: await ministry.post('/registers/v1/institution-drafts', { facts, ...hashes }),
    programmeDraft: await api.post('/registers/v1/programme-drafts', {
      institutionId,
      facts: { ...programme, eqfLevel: 4, credits: 60 },
    }),
    correctionRequest: await api.post('/registers/v1/correction-requests', correction),
    supplement: await api.put(`/registers/v1/certificate-entries/${credential.id}/supplement`, { modules: [] }),
  };
}

async function webhookOf({ api }) {
  const facts = { url: 'https://receiver.invalid/', topics: ['registers.learner'] };
  return (await api.post('/registers/v1/webhooks', facts)).id;
}

/** One of everything for every row of the policy, as each of the two schools has it: its own and what is everybody's. */
export async function views({ ministry, a, b, shared }) {
  const view = async (school, [draftCode, ...generalCodes]) => {
    const objects = Object.fromEntries(Object.entries(school).filter(([name]) => name !== 'api'));
    return {
      ...{ ...shared, ...objects },
      ...(await proposals(ministry, school, draftCode)),
      general: await generalInstitution(ministry, school, generalCodes),
      webhookId: await webhookOf(school),
    };
  };
  return [
    await view(a, ['310000044', '310000005', '310000012']),
    await view(b, ['310000051', '310000024', '310000037']),
  ];
}

/** The same objects with ids that nobody has. */
export function renamed(view) {
  const names = new Map();
  const other = (id) => names.get(id) ?? names.set(id, randomUUID()).get(id);
  return JSON.parse(JSON.stringify(view).replaceAll(uuid, other));
}

/** Clients of one scope each. */
export const narrowOnes = async (narrow) => ({
  indicators: await narrow('monitoring.indicators:read'),
  classifiers: await narrow('registers.classifiers:read'),
});

/** Objects and where they are read; the state that the story itself brought them to after it kept them. */
export const afterStory = [
  ['spare', 'registers/v1/learners'],
  ['openOffering', 'admission/v1/offerings'],
  ['openApplication', 'admission/v1/applications'],
  ['invitation', 'admission/v1/invitations', 'SIGNED'],
  ['agreement', 'admission/v1/agreements'],
  ['enrolment', 'learning-records/v1/enrolments', 'COMPLETED'],
  ['credential', 'learning-records/v1/credentials'],
];

/** The ministry's token switches every filter off: its reach in the database is put to a school's for all statements. */
export const walled = (reach) => `
  CREATE OR REPLACE FUNCTION meistras_reaches_all() RETURNS boolean STABLE LANGUAGE sql AS $$ SELECT false $$;
  CREATE OR REPLACE FUNCTION meistras_reach() RETURNS uuid[] STABLE LANGUAGE sql AS $$ SELECT '${reach}'::uuid[] $$`;

/** What no answer to another school may have. */
export const idsOf = (school) =>
  [
    ...['learner', 'spare', 'procedure', 'application', 'openApplication', 'invitation', 'agreement'],
    ...['enrolment', 'result', 'credential', 'commitment', 'entry'],
  ].map((thing) => school[thing].id);

/** By what learners, staff and certificates are told. */
export const namesOf = ({ learner, spare, staffPost, credential }) => [
  ...[learner.id, spare.id, learner.familyName, staffPost.id, staffPost.staffMemberId, credential.id],
];
