import { describe, expect, it } from '@jest/globals';
import { assertMayPublish } from './run.rules.js';
import type { Publishable, PublicationFacts } from './run.rules.js';

const report = { verified: true, properties: [], ownMoves: 0, warnings: [], held: [], cleared: 3 };
const held = { group: 1, applicants: 2, placed: 1, fields: ['07'], offerings: [] };
const run: Publishable = { id: 'r1', state: 'COMPLETED', startedBy: 'ministry', report };
const facts: PublicationFacts = { currentRun: 'r1', by: 'ministry', secondPersonNeeded: false, outdated: 0 };

describe('publication (section 4)', () => {
  it.each<[string, Partial<Publishable>, Partial<PublicationFacts>, string]>([
    ['a verified run', {}, {}, 'ok'],
    ['a run that is not done', { state: 'RUNNING', report: null }, {}, 'run-state'],
    ['a failed run', { state: 'FAILED', report: null }, {}, 'run-state'],
    ['a run with violations', { report: { ...report, verified: false } }, {}, 'run-not-verified'],
    ['one whose violations are held back', { report: { ...report, verified: false, held: [held] } }, {}, 'ok'],
    [
      'one that is held back as a whole',
      { report: { ...report, verified: false, held: [held], cleared: 0 } },
      {},
      'run-not-verified',
    ],
    ['a run that a later one replaced', {}, { currentRun: 'r2' }, 'run-replaced'],
    ['the same client where a second is needed', {}, { secondPersonNeeded: true }, 'second-person'],
    ['another client where a second is needed', {}, { secondPersonNeeded: true, by: 'auditor' }, 'ok'],
    ['a result that facts have overtaken', {}, { outdated: 2 }, 'run-outdated'],
  ])('%s', (_, ofRun, ofFacts, code) => {
    let refused = 'ok';
    try {
      assertMayPublish({ ...run, ...ofRun }, { ...facts, ...ofFacts });
    } catch (error) {
      refused = (error as { code: string }).code;
    }
    expect(refused).toBe(code);
  });
});
