import { conflict } from '@meistras/platform/errors/domain-error';

/** States of a licence procedure (accreditation.md, section 4: SUBMITTED, EXPERTISE, ISSUED, REFUSED, REVOKED). */
export const procedureStates = ['SUBMITTED', 'REVIEWED', 'GRANTED', 'REFUSED', 'REVOKED'] as const;
export type ProcedureState = (typeof procedureStates)[number];

export const procedureCommands = ['review', 'grant', 'refuse', 'revoke'] as const;
export type ProcedureCommand = (typeof procedureCommands)[number];

export const expertiseResults = ['POSITIVE', 'NEGATIVE'] as const;

/** The experts' finding about the institution's ability to run the programme. */
export interface Expertise {
  result: (typeof expertiseResults)[number];
  actNumber: string;
  actOn: string;
}

export interface Refusal {
  reason: string;
  actNumber?: string;
  actOn?: string;
}

/** The state table. Undefined: the command is not for this state. */
export function stateAfter(state: ProcedureState, command: ProcedureCommand): ProcedureState | undefined {
  switch (state) {
    case 'SUBMITTED':
      return command === 'review' ? 'REVIEWED' : undefined;
    case 'REVIEWED':
      return afterReview(command);
    case 'GRANTED':
      return command === 'revoke' ? 'REVOKED' : undefined;
    case 'REFUSED':
    case 'REVOKED':
      return undefined;
  }
}

function afterReview(command: ProcedureCommand): ProcedureState | undefined {
  switch (command) {
    case 'grant':
      return 'GRANTED';
    case 'refuse':
      return 'REFUSED';
    case 'review':
    case 'revoke':
      return undefined;
  }
}

/** The state that a command leads to; throws `procedure-state` or `expertise-not-positive` (409). */
export function mustLeadTo(
  procedure: { state: ProcedureState; expertise: Expertise | null },
  command: ProcedureCommand,
): ProcedureState {
  const next = stateAfter(procedure.state, command);
  if (next === undefined)
    throw conflict('procedure-state', `A procedure that is ${procedure.state} cannot be changed by ${command}.`);
  // R-ACC-32: the issue of a licence needs a positive expertise act.
  if (command === 'grant' && procedure.expertise?.result !== 'POSITIVE')
    throw conflict('expertise-not-positive', 'A licence needs a positive expertise act.');
  return next;
}
