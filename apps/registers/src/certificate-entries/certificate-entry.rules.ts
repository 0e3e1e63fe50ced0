export const certificateStates = ['REGISTERED', 'CORRECTED', 'DUPLICATED', 'ANNULLED', 'REFUSED'] as const;
export type CertificateState = (typeof certificateStates)[number];

export type Refusal = 'PROGRAMME_CODE_DIFFERS';

/** What learning-records says of a diploma or certificate. */
export interface Issued {
  issuedOn: string;
  programmeCode: string;
  state: 'ISSUED' | 'REVOKED' | 'REPLACED';
  replacement?: 'CORRECTION' | 'DUPLICATE' | undefined;
}

/** A state and the days on which it holds, half-open. */
export interface CertificateStateInTime {
  state: CertificateState;
  refusal: Refusal | null;
  validFrom: string;
  validTo: string | null;
}

/** What else decides about an entry. */
export interface Circumstances {
  /** The day on which learning-records said so. */
  saidOn: string;
  /** The code under which the learner was admitted; undefined while the enrolment is not known. */
  admissionCode: string | undefined;
}

/**
 * The states of an entry, one after another (registers.md, section 4). Under another code than that of admission it is
 * refused from the first day on, whatever happens to it later (R-REG-20).
 */
export function statesOf(issued: Issued, { saidOn, admissionCode }: Circumstances): CertificateStateInTime[] {
  const { issuedOn, programmeCode } = issued;
  const open = { refusal: null, validFrom: issuedOn, validTo: null };
  if (admissionCode !== undefined && admissionCode !== programmeCode)
    return [{ ...open, state: 'REFUSED', refusal: 'PROGRAMME_CODE_DIFFERS' }];
  const end = endStateOf(issued);
  if (!end) return [{ ...open, state: 'REGISTERED' }];
  if (saidOn <= issuedOn) return [{ ...open, state: end }];
  return [
    { ...open, state: 'REGISTERED', validTo: saidOn },
    { ...open, state: end, validFrom: saidOn },
  ];
}

function endStateOf({ state, replacement }: Issued): CertificateState | undefined {
  switch (state) {
    case 'ISSUED':
      return undefined;
    case 'REVOKED':
      return 'ANNULLED';
    case 'REPLACED':
      return replacement === 'DUPLICATE' ? 'DUPLICATED' : 'CORRECTED';
  }
}

/** The states of an entry from paper or an older register, one after another. */
export function paperStatesOf({
  issuedOn,
  annulledOn = null,
}: {
  issuedOn: string;
  annulledOn?: string | null;
}): Pick<CertificateStateInTime, 'state' | 'validFrom' | 'validTo'>[] {
  const held = { state: 'REGISTERED' as const, validFrom: issuedOn, validTo: annulledOn };
  return annulledOn === null ? [held] : [held, { state: 'ANNULLED', validFrom: annulledOn, validTo: null }];
}
