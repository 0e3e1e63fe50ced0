import { describe, expect, it } from '@jest/globals';
import { transferStates } from '@meistras/contracts/events/registers/transfer';
import { awaitedSides, dueOn, isToldToReceiver, stateAfter } from './transfer.rules.js';
import type { TransferAct, TransferFacts } from './transfer.rules.js';

const acts: TransferAct[] = ['CONSENT_OF_ALL', 'REFUSE', 'WITHDRAW', 'COMPLETE', 'EXPIRE'];
const requested: TransferFacts = {
  ...{ state: 'REQUESTED', askedBy: 'TO', learnerSeen: false, startsOn: '2026-02-01', answerDueOn: '2026-01-26' },
  ...{ fromConsentedAt: null, toConsentedAt: new Date('2026-01-12T10:00:00Z') },
};

describe('a transfer', () => {
  it.each([
    ['REQUESTED', 'AGREED', 'REFUSED', 'WITHDRAWN', undefined, 'EXPIRED'],
    ['AGREED', undefined, undefined, 'WITHDRAWN', 'COMPLETED', 'EXPIRED'],
    ['COMPLETED', undefined, undefined, undefined, undefined, undefined],
    ['REFUSED', undefined, undefined, undefined, undefined, undefined],
    ['WITHDRAWN', undefined, undefined, undefined, undefined, undefined],
    ['EXPIRED', undefined, undefined, undefined, undefined, undefined],
  ] as const)('that is %s becomes %s, %s, %s, %s, %s', (state, ...after) => {
    expect(acts.map((act) => stateAfter(state, act))).toEqual(after);
  });

  it('has no state beside those', () => {
    expect(transferStates).toHaveLength(6);
  });

  it.each([
    ['2026-01-26', {}, undefined],
    ['2026-01-27', {}, 'EXPIRE'],
    ['2026-01-31', { state: 'AGREED' }, undefined],
    ['2026-02-01', { state: 'AGREED' }, 'COMPLETE'],
    ['2026-02-03', { state: 'AGREED' }, 'COMPLETE'],
    ['2026-02-03', { state: 'REFUSED' }, undefined],
  ] as const)('on %s, being %j: %s', (today, facts, due) => {
    expect(dueOn({ ...requested, ...facts }, today)).toBe(due);
  });

  it('awaits those who did not consent', () => {
    const consented = new Date('2026-01-12T10:00:00Z');
    expect(awaitedSides(requested)).toEqual(['FROM']);
    expect(awaitedSides({ ...requested, toConsentedAt: null })).toEqual(['FROM', 'TO']);
    expect(awaitedSides({ ...requested, fromConsentedAt: consented })).toEqual([]);
  });

  it.each([
    [{}, false],
    [{ state: 'REFUSED' }, false],
    [{ state: 'EXPIRED' }, false],
    [{ state: 'AGREED' }, true],
    [{ learnerSeen: true }, true],
    [{ askedBy: 'FROM' }, true],
  ] as const)('tells the receiver, being %j, whose the learner is: %s', (facts, told) => {
    expect(isToldToReceiver({ ...requested, ...facts })).toBe(told);
  });
});
