import { describe, expect, it } from '@jest/globals';
import { mustLeadTo, procedureCommands, procedureStates, stateAfter } from './procedure.rules.js';
import type { Expertise, ProcedureCommand, ProcedureState } from './procedure.rules.js';

/** Section 4, machine "Licence": every move that there is. */
const moves: [ProcedureState, ProcedureCommand, ProcedureState][] = [
  ['SUBMITTED', 'review', 'REVIEWED'],
  ['REVIEWED', 'grant', 'GRANTED'],
  ['REVIEWED', 'refuse', 'REFUSED'],
  ['GRANTED', 'revoke', 'REVOKED'],
];

const table = procedureStates.flatMap((state) =>
  procedureCommands.map((command): [ProcedureState, ProcedureCommand, ProcedureState | undefined] => [
    state,
    command,
    moves.find(([from, by]) => from === state && by === command)?.[2],
  ]),
);

const act: Expertise = { result: 'POSITIVE', actNumber: 'E-1', actOn: '2026-06-01' };

describe('the state table', () => {
  it.each(table)('%s, %s: %s', (state, command, next) => {
    expect(stateAfter(state, command)).toBe(next);
    const move = (): ProcedureState => mustLeadTo({ state, expertise: act }, command);
    if (next === undefined) expect(move).toThrow(expect.objectContaining({ code: 'procedure-state' }));
    else expect(move()).toBe(next);
  });
});

describe('a grant needs a positive expertise act (R-ACC-32)', () => {
  it.each<[string, Expertise | null, boolean]>([
    ['a positive act', act, true],
    ['a negative act', { ...act, result: 'NEGATIVE' }, false],
    ['no act', null, false],
  ])('with %s: %s', (_, expertise, granted) => {
    const move = (): ProcedureState => mustLeadTo({ state: 'REVIEWED', expertise }, 'grant');
    if (granted) expect(move()).toBe('GRANTED');
    else expect(move).toThrow(expect.objectContaining({ code: 'expertise-not-positive' }));
  });

  it('a refusal does not', () => {
    expect(mustLeadTo({ state: 'REVIEWED', expertise: { ...act, result: 'NEGATIVE' } }, 'refuse')).toBe('REFUSED');
  });
});
