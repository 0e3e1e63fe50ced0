import { describe, expect, it } from '@jest/globals';
import type { Awards } from '../offerings/offering.rules.js';
import { assertDocument, groupOf, whyMayNotEnter } from './entry.rules.js';
import type { EducationDocument, EntryFacts } from './entry.rules.js';

const policy = { basicOnlyBelow: 16, levelV: 'SECONDARY', moduleGrades: [9, 10, 11, 12] } as const;
const grown = { birthYear: 2008, year: 2026 };
const programme = (eqfLevel: number, awards: Awards = 'QUALIFICATION') =>
  ({ kind: 'INITIAL', eqfLevel, awards, moduleCode: '' }) as const;
const together: Awards = 'SECONDARY_AND_QUALIFICATION';

describe('entry to a programme', () => {
  it.each<[string, ReturnType<typeof programme>, EntryFacts, string | null]>([
    ['level II without basic education', programme(2), { education: 'NONE' }, null],
    ['level III without', programme(3), { education: 'NONE' }, 'EDUCATION_MISSING'],
    ['level III with basic', programme(3), { education: 'BASIC' }, null],
    ['level IV with basic', programme(4), { education: 'BASIC' }, 'EDUCATION_MISSING'],
    ['level IV together with secondary, with basic', programme(4, together), { education: 'BASIC' }, null],
    ['level IV together with secondary, without', programme(4, together), { education: 'NONE' }, 'EDUCATION_MISSING'],
    ['level IV with secondary', programme(4), { education: 'SECONDARY' }, null],
    ['level V with basic', programme(5), { education: 'BASIC' }, 'EDUCATION_MISSING'],
    ['level V with secondary', programme(5), { education: 'SECONDARY' }, null],
  ])('R-ADM-03: %s', (_, offering, facts, code) => {
    expect(whyMayNotEnter(offering, facts, grown, policy)?.code ?? null).toBe(code);
  });

  it.each([
    ['BASIC', true],
    ['SECONDARY', false],
  ] as const)('R-ADM-03: where level V asks for %s, basic education is enough: %s', (levelV, enough) => {
    const why = whyMayNotEnter(programme(5), { education: 'BASIC' }, grown, { ...policy, levelV });
    expect(why === null).toBe(enough);
  });

  it.each<[number, Awards, string | null]>([
    [2010, 'QUALIFICATION', null],
    [2011, 'QUALIFICATION', 'ONLY_WITH_BASIC_EDUCATION'],
    [2011, 'BASIC_AND_QUALIFICATION', null],
  ])('R-ADM-02: born in %d, %s in 2026', (birthYear, awards, code) => {
    const why = whyMayNotEnter(programme(2, awards), { education: 'NONE' }, { birthYear, year: 2026 }, policy);
    expect(why?.code ?? null).toBe(code);
  });

  it.each<[boolean, Awards, string | null]>([
    [true, together, 'SECONDARY_STUDIED'],
    [true, 'QUALIFICATION', null],
    [false, together, null],
  ])('R-ADM-05: secondary curriculum studied %s, %s', (studiedSecondary, awards, code) => {
    const facts = { education: 'SECONDARY', studiedSecondary } as const;
    expect(whyMayNotEnter(programme(4, awards), facts, grown, policy)?.code ?? null).toBe(code);
  });

  it.each<[number | undefined, string, string | null]>([
    [9, 'M1', null],
    [12, 'M1', null],
    [8, 'M1', 'GRADE_NOT_ADMITTED'],
    [undefined, 'M1', 'NOT_A_PUPIL'],
    [10, '', 'ONLY_MODULES'],
  ])('R-ADM-04: a pupil of grade %s and module "%s"', (pupilGrade, moduleCode, code) => {
    const facts: EntryFacts = { education: 'NONE', ...(pupilGrade === undefined ? {} : { pupilGrade }) };
    const young = { birthYear: 2011, year: 2026 };
    expect(whyMayNotEnter({ ...programme(4), moduleCode }, facts, young, policy)?.code ?? null).toBe(code);
  });

  it('leaves higher programmes to their own rules', () => {
    expect(whyMayNotEnter({ ...programme(6), kind: 'HIGHER' }, { education: 'NONE' }, grown, policy)).toBeNull();
  });
});

describe('the group of an applicant', () => {
  it.each([
    [{ education: 'SECONDARY' }, 'WITH_SECONDARY'],
    [{ education: 'BASIC' }, 'WITHOUT_SECONDARY'],
    [{ education: 'NONE' }, 'WITHOUT_SECONDARY'],
    [{ education: 'NONE', pupilGrade: 9 }, 'MODULE'],
  ] as const)('%j: %s', (facts, group) => {
    expect(groupOf(facts)).toBe(group);
  });
});

describe('the education document (R-ADM-21)', () => {
  it.each<[EducationDocument | undefined, string[]]>([
    [undefined, []],
    [{ source: 'LEARNER_REGISTER', leftIn: 2010 }, []],
    [{ source: 'LEARNER_REGISTER', leftIn: 2009 }, ['/document/source WRONG_SOURCE']],
    [{ source: 'UPLOAD', leftIn: 2009, documentHash: 'a'.repeat(64) }, []],
    [{ source: 'UPLOAD', leftIn: 2010 }, ['/document/source WRONG_SOURCE', '/document/documentHash HASH_MISSING']],
  ])('%j', (document, expected) => {
    let faults: { pointer: string; code: string }[] = [];
    try {
      assertDocument(document, 2010);
    } catch (error) {
      faults = (error as { faults: typeof faults }).faults;
    }
    expect(faults.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(expected);
  });
});
