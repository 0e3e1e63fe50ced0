import type { Credential } from './credential.entity.js';
import type { UnsignedCredential } from './credential-signer.js';

/** Entries of one status list: 131,072, as the standard's least, so that one revocation hides among many. */
export const statusListLength = 131_072;

export type DiplomaFacts = Omit<Credential, 'document' | 'version' | 'state' | 'revokedAt' | 'revocationReason'>;

/** Which list holds an index, and where in it. */
export function statusPlace(statusIndex: number): { list: number; entry: number } {
  return { list: Math.floor(statusIndex / statusListLength), entry: statusIndex % statusListLength };
}

/** The diploma as a W3C Verifiable Credential 2.0. The holder is named by the learner's id alone. */
export function diplomaDocument(facts: DiplomaFacts, issuer: string): UnsignedCredential {
  const { list, entry } = statusPlace(facts.statusIndex);
  const statusListCredential = `${issuer}/status-lists/${list}`;
  return {
    '@context': ['https://www.w3.org/ns/credentials/v2', { '@vocab': 'urn:meistras:vocabulary#' }],
    id: `urn:uuid:${facts.id}`,
    type: ['VerifiableCredential', 'QualificationDiploma'],
    issuer,
    validFrom: `${facts.issuedOn}T00:00:00Z`,
    credentialSubject: {
      id: `urn:uuid:${facts.learnerId}`,
      achievement: {
        programmeCode: facts.programmeCode,
        eqfLevel: facts.eqfLevel,
        awardedBy: `urn:uuid:${facts.institutionId}`,
        registrationNumber: facts.registrationNumber,
      },
    },
    credentialStatus: {
      id: `${statusListCredential}#${entry}`,
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListIndex: String(entry),
      statusListCredential,
    },
  };
}

/** A status list as a credential of its own (W3C Bitstring Status List 1.0). */
export function statusListDocument(
  list: number,
  encodedList: string,
  issuer: string,
  validFrom: Date,
): UnsignedCredential {
  const id = `${issuer}/status-lists/${list}`;
  return {
    '@context': ['https://www.w3.org/ns/credentials/v2'],
    id,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer,
    validFrom: validFrom.toISOString(),
    credentialSubject: { id: `${id}#list`, type: 'BitstringStatusList', statusPurpose: 'revocation', encodedList },
  };
}
