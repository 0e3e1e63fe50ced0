import { describe, expect, it } from '@jest/globals';
import { assertSignature } from './signing.rules.js';
import type { Signature } from './signing.rules.js';

const documents = ['IDENTITY', 'MEDICAL_CERTIFICATE', 'EDUCATION_DOCUMENT'] as const;
const policy = { documents, minorBelow: 18 };
const complete: Signature = { documentsSeen: documents, signedBy: 'APPLICANT', guardianSigned: false };
const grown = { birthYear: 2008, year: 2026 };

describe('a signature', () => {
  it.each<[string, Partial<Signature>, typeof grown, string[]]>([
    ['with all documents', {}, grown, []],
    [
      'without some (R-ADM-32)',
      { documentsSeen: ['IDENTITY', 'NAME_CHANGE'] },
      grown,
      ['/documentsSeen DOCUMENT_MISSING', '/documentsSeen DOCUMENT_MISSING'],
    ],
    [
      'by a representative without a mandate (R-ADM-31)',
      { signedBy: 'PROXY' },
      grown,
      ['/mandateHash MANDATE_MISSING'],
    ],
    ['by a representative with one', { signedBy: 'PROXY', mandateHash: 'a'.repeat(64) }, grown, []],
    ['by the applicant with one', { mandateHash: 'a'.repeat(64) }, grown, ['/mandateHash NO_MANDATE']],
    ['of a minor (R-ADM-31)', {}, { birthYear: 2009, year: 2026 }, ['/guardianSigned GUARDIAN_MISSING']],
    ['of a minor with a guardian', { guardianSigned: true }, { birthYear: 2009, year: 2026 }, []],
    [
      'with every fault at once',
      { documentsSeen: ['MEDICAL_CERTIFICATE', 'EDUCATION_DOCUMENT'], signedBy: 'PROXY' },
      { birthYear: 2010, year: 2026 },
      ['/documentsSeen DOCUMENT_MISSING', '/mandateHash MANDATE_MISSING', '/guardianSigned GUARDIAN_MISSING'],
    ],
  ])('%s', (_, changed, signer, expected) => {
    let faults: { pointer: string; code: string }[] = [];
    try {
      assertSignature({ ...complete, ...changed }, signer, policy);
    } catch (error) {
      faults = (error as { faults: typeof faults }).faults;
    }
    expect(faults.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(expected);
  });
});
