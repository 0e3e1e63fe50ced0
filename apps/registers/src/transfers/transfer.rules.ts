import type { TransferState } from '@meistras/contracts/events/registers/transfer';

/** The sending and the receiving institution. */
export type Side = 'FROM' | 'TO';

/** Whoever asked; a national client does so for neither institution. */
export type AskedBy = Side | 'NATIONAL';

/** What is decided upon. */
export interface TransferFacts {
  state: TransferState;
  askedBy: AskedBy;
  /** The one who asked saw the learner. */
  learnerSeen: boolean;
  startsOn: string;
  /** Last day on which an answer is in time. */
  answerDueOn: string;
  fromConsentedAt: Date | null;
  toConsentedAt: Date | null;
}

export type TransferAct = 'CONSENT_OF_ALL' | 'REFUSE' | 'WITHDRAW' | 'COMPLETE' | 'EXPIRE';

type Acts = Partial<Record<TransferAct, TransferState>>;
const ofRequested: Acts = { CONSENT_OF_ALL: 'AGREED', REFUSE: 'REFUSED', WITHDRAW: 'WITHDRAWN', EXPIRE: 'EXPIRED' };
const ofAgreed: Acts = { WITHDRAW: 'WITHDRAWN', COMPLETE: 'COMPLETED', EXPIRE: 'EXPIRED' };

/** The state that an act leads to; undefined where a transfer of that state knows no such act. */
export function stateAfter(state: TransferState, act: TransferAct): TransferState | undefined {
  switch (state) {
    case 'REQUESTED':
      return ofRequested[act];
    case 'AGREED':
      return ofAgreed[act];
    case 'COMPLETED':
    case 'REFUSED':
    case 'WITHDRAWN':
    case 'EXPIRED':
      return undefined;
  }
}

/** The sides whose consent is awaited. */
export function awaitedSides({ fromConsentedAt, toConsentedAt }: TransferFacts): Side[] {
  return [...(fromConsentedAt ? [] : (['FROM'] as const)), ...(toConsentedAt ? [] : (['TO'] as const))];
}

/** What happens to a transfer by itself by a day: its day has come, or nobody answered in time. */
export function dueOn(
  { state, startsOn, answerDueOn }: Pick<TransferFacts, 'state' | 'startsOn' | 'answerDueOn'>,
  today: string,
): 'COMPLETE' | 'EXPIRE' | undefined {
  if (state === 'AGREED' && startsOn <= today) return 'COMPLETE';
  return state === 'REQUESTED' && answerDueOn < today ? 'EXPIRE' : undefined;
}

/**
 * Whether the receiving institution is told whose the learner is. One that asked for a learner whom it does not see learns
 * no more than that the person is registered, until the other side consents.
 */
export function isToldToReceiver({ state, askedBy, learnerSeen }: TransferFacts): boolean {
  return askedBy !== 'TO' || learnerSeen || state === 'AGREED' || state === 'COMPLETED';
}
