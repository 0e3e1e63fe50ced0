import { expect, it } from '@jest/globals';
import { supplementFaults } from './certificate-supplement.rules.js';
import type { SupplementFacts } from './certificate-supplement.rules.js';

const modules = [{ name: 'Testavimas', credits: 10, mark: 9 }];
const faultsOf = (facts: Partial<SupplementFacts>): string[] =>
  supplementFaults({ modules, ...facts }, '2026-06-20').map(({ pointer, code }) => `${pointer} ${code}`);

it.each<[string, Partial<SupplementFacts>, string[]]>([
  ['nothing but modules', {}, []],
  ['studies up to the day of issue', { studiedFrom: '2024-09-01', studiedTo: '2026-06-20' }, []],
  ['studies beyond it', { studiedTo: '2026-06-21' }, ['/studiedTo AFTER_ISSUE']],
  ['studies of one day', { studiedFrom: '2026-06-01', studiedTo: '2026-06-01' }, []],
  ['studies that end first', { studiedFrom: '2026-06-02', studiedTo: '2026-06-01' }, ['/studiedTo BEFORE_BEGINNING']],
  ['an assessment on the day of issue', { assessment: { assessedOn: '2026-06-20' } }, []],
  ['a later assessment', { assessment: { assessedOn: '2026-06-21' } }, ['/assessment/assessedOn AFTER_ISSUE']],
  ['R-LR-21: all points', { assessment: { theoryPoints: 100, theoryMaximum: 100 } }, []],
  ['more points', { assessment: { theoryPoints: 81, theoryMaximum: 80 } }, ['/assessment/theoryPoints ABOVE_MAXIMUM']],
  ['points of what', { assessment: { theoryPoints: 40 } }, ['/assessment/theoryMaximum REQUIRED']],
  ['R-LR-38: a recognised module', { modules: [{ name: 'A', credits: 5, recognisedBy: 'V-1' }] }, []],
  [
    'a mark of a recognised module',
    { modules: [...modules, { name: 'A', credits: 5, mark: 7, recognisedBy: 'V-1' }] },
    ['/modules/1/mark RECOGNISED'],
  ],
])('a supplement with %s', (_, facts, faults) => {
  expect(faultsOf(facts)).toEqual(faults);
});
