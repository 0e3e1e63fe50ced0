import { invalid } from '@meistras/platform/errors/domain-error';
import type { Fault } from '@meistras/platform/errors/domain-error';

/** What is shown at signing (R-ADM-32). */
export const documentKinds = ['IDENTITY', 'MEDICAL_CERTIFICATE', 'EDUCATION_DOCUMENT', 'NAME_CHANGE'] as const;
export type DocumentKind = (typeof documentKinds)[number];

export const signatories = ['APPLICANT', 'PROXY'] as const;
export type Signatory = (typeof signatories)[number];

export interface Signature {
  documentsSeen: readonly DocumentKind[];
  signedBy: Signatory;
  /** SHA-256 of the notarised power of attorney. */
  mandateHash?: string | undefined;
  guardianSigned: boolean;
}

interface Signer {
  birthYear: number;
  /** Year of signing. */
  year: number;
}

interface SigningPolicy {
  documents: readonly DocumentKind[];
  /** Years. */
  minorBelow: number;
}

/**
 * R-ADM-31, R-ADM-32: the documents of the policy were seen, a representative shows a mandate, and a guardian signs for a
 * minor too. No birthday leaves the register: whoever comes of age in the year of signing counts as of age. Throws
 * `invalid-signature` with every fault.
 */
export function assertSignature(signature: Signature, { birthYear, year }: Signer, policy: SigningPolicy): void {
  const faults: Fault[] = policy.documents
    .filter((document) => !signature.documentsSeen.includes(document))
    .map((document) => fault('documentsSeen', 'DOCUMENT_MISSING', `${document} must be seen at signing (R-ADM-32).`));
  if (signature.signedBy === 'PROXY' && signature.mandateHash === undefined)
    faults.push(fault('mandateHash', 'MANDATE_MISSING', 'A representative signs with a mandate (R-ADM-31).'));
  if (signature.signedBy === 'APPLICANT' && signature.mandateHash !== undefined)
    faults.push(fault('mandateHash', 'NO_MANDATE', 'Only a representative signs with a mandate (R-ADM-31).'));
  if (year - birthYear < policy.minorBelow && !signature.guardianSigned)
    faults.push(fault('guardianSigned', 'GUARDIAN_MISSING', 'A guardian signs for a minor too (R-ADM-31).'));
  if (faults.length > 0) throw invalid('invalid-signature', 'The signature has faults.', faults);
}

const fault = (name: string, code: string, message: string): Fault => ({ pointer: `/${name}`, code, message });
