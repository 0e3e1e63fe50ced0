import { createHash, randomUUID } from 'node:crypto';
import { InstitutionRegisteredV1 } from '@meistras/contracts/events/registers/institution';
import { ProgrammeRegisteredV1 } from '@meistras/contracts/events/registers/programme';
import type { ServiceUnderTest } from '@meistras/testing/start-service';
import type { Caller } from '@meistras/testing/tokens';
import type { GrantDto, RevokeDto } from '../src/decisions/decisions.dto.js';
import type { ReviewDto } from '../src/procedures/procedures.dto.js';

const scopes = [
  'accreditation.procedures:read',
  'accreditation.procedures:write',
  'accreditation.procedures:decide',
  'accreditation.decisions:read',
];

/** The ministry's client. */
export const ministry: Caller = { scopes, national: true, clientId: 'ministry' };

/** A school's own system. */
export function school(...institutions: string[]): Caller {
  return { scopes, institutions, clientId: 'school-system' };
}

let serial = 0;

export function anInstitutionRegistered(facts: Partial<InstitutionRegisteredV1> = {}): InstitutionRegisteredV1 {
  serial += 1;
  const code = String(300_000_000 + serial);
  return { institutionId: randomUUID(), version: 1, codeScheme: 'JAR', code, state: 'REGISTERED', ...facts };
}

export function aProgrammeRegistered(facts: Partial<ProgrammeRegisteredV1> = {}): ProgrammeRegisteredV1 {
  serial += 1;
  return {
    ...{ programmeId: randomUUID(), version: 1, codeScheme: 'PSUP', code: String(serial) },
    ...{ fieldCode: '0613', kind: 'INITIAL', eqfLevel: 4, credits: 60, state: 'REGISTERED' },
    ...facts,
  };
}

export interface Pair {
  institutionId: string;
  programmeId: string;
}

/** An institution and a programme that the registers have announced. */
export async function aKnownPair(api: ServiceUnderTest): Promise<Pair> {
  const [institution, programme] = [anInstitutionRegistered(), aProgrammeRegistered()];
  await api.consume(InstitutionRegisteredV1, institution);
  await api.consume(ProgrammeRegisteredV1, programme);
  return { institutionId: institution.institutionId, programmeId: programme.programmeId };
}

export function aReview(facts: Partial<ReviewDto> = {}): ReviewDto {
  serial += 1;
  return { result: 'POSITIVE', actNumber: `E-${serial}`, actOn: '2026-06-01', ...facts };
}

export function aGrant(facts: Partial<GrantDto> = {}): GrantDto {
  serial += 1;
  const actNumber = `V-${serial}`;
  const documentHash = createHash('sha256').update(actNumber).digest('hex');
  return { authority: 'Minister', actNumber, actOn: '2026-08-20', documentHash, validFrom: '2026-09-01', ...facts };
}

export function aRevocation(facts: Partial<RevokeDto> = {}): RevokeDto {
  serial += 1;
  return {
    ...{ actNumber: `V-${serial}`, actOn: '2026-12-10', effectiveOn: '2027-01-01' },
    reason: 'Training was not started within two years.',
    ...facts,
  };
}

export interface StoredProcedure extends Pair {
  id: string;
  decisionId?: string;
}

/** A procedure taken to a state by commands. */
export async function aProcedure(
  api: ServiceUnderTest,
  ...steps: ('review' | 'grant' | 'refuse' | 'revoke')[]
): Promise<StoredProcedure> {
  const bodies = { review: aReview(), grant: aGrant(), refuse: { reason: 'No equipment.' }, revoke: aRevocation() };
  let { body } = await api
    .as(ministry)
    .post('/procedures', await aKnownPair(api))
    .expect(201);
  for (const step of steps)
    ({ body } = await api.as(ministry).post(`/procedures/${body.id}/${step}`, bodies[step]).expect(200));
  return body;
}

/** `pointer CODE` of every fault of a problem, sorted. */
export function faultsOf(problem: { errors?: { pointer: string; code: string }[] }): string[] {
  return (problem.errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`).sort();
}
