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
export async function generalInstitution(ministry, { municipalityCode }, [code, newCode]) {
  const facts = { name: 'School', type: 'GENERAL', municipalityCode };
  const { id } = await ministry.put(`/registers/v1/institutions/by-code/JAR/${code}`, facts);
  return { id, code, newCode };
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
