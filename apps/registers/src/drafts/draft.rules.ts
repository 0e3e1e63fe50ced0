import type { Fault } from '@meistras/platform/errors/domain-error';

export const draftStates = ['DRAFT', 'REGISTERED', 'REJECTED'] as const;
export type DraftState = (typeof draftStates)[number];
export type DraftKind = 'INSTITUTION' | 'PROGRAMME';
export type DraftAct = 'CONFIRM' | 'REJECT';

/** The state that an act leads to; undefined where it is decided already (registers.md, section 4). */
export function stateAfter(state: DraftState, act: DraftAct): DraftState | undefined {
  if (state !== 'DRAFT') return undefined;
  return act === 'CONFIRM' ? 'REGISTERED' : 'REJECTED';
}

/** What an institution is registered upon (R-REG-06). */
export interface Attestations {
  /** SHA-256 of the founder's pledge and of the data card. */
  pledgeHash: string;
  dataCardHash: string;
  /** Day on which the statutes were entered in the legal-entities register. */
  statutesOn: string;
  /** They name education as an activity. */
  statutesNameEducation: boolean;
}

/** R-REG-06: why an institution may not be registered upon these. `today` is the day of the attestation. */
export function attestationFaults({ statutesOn, statutesNameEducation }: Attestations, today: string): Fault[] {
  return [
    ...(statutesOn > today
      ? [
          {
            pointer: '/statutesOn',
            code: 'IN_FUTURE',
            message: 'The statutes are not in the legal-entities register yet.',
          },
        ]
      : []),
    ...(statutesNameEducation
      ? []
      : [
          {
            ...{ pointer: '/statutesNameEducation', code: 'NOT_ATTESTED' },
            message: 'Only an institution whose statutes name education as an activity is registered.',
          },
        ]),
  ];
}
