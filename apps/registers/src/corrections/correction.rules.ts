import type { RecordPart } from '@meistras/contracts/events/registers/record';

export const correctionStates = ['OPEN', 'ACCEPTED', 'REFUSED'] as const;
export type CorrectionState = (typeof correctionStates)[number];
export type CorrectionAct = 'ACCEPT' | 'REFUSE';

/** The state that a decision leads to; undefined where it was decided already (registers.md, section 4). */
export function stateAfter(state: CorrectionState, act: CorrectionAct): CorrectionState | undefined {
  if (state !== 'OPEN') return undefined;
  return act === 'ACCEPT' ? 'ACCEPTED' : 'REFUSED';
}

/** Parts of which there may be several, so that a request names which one. */
export function namesAnEntry(about: RecordPart): about is 'LEARNER_ENTRY' | 'CERTIFICATE_ENTRY' {
  return about === 'LEARNER_ENTRY' || about === 'CERTIFICATE_ENTRY';
}
