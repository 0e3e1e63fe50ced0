import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RefusedInput } from './refused-input.js';
import { competitiveScore, formatScore, type Grade, type ScoreInput } from './score.rules.js';

const ten = (...values: number[]): Grade[] => values.map((value) => ({ scale: 'TEN', value }));
const five = (...values: number[]): Grade[] => values.map((value) => ({ scale: 'FIVE', value }));
const none: Grade = { scale: 'NONE' };
const published = ten(8, 7, 9, 6, 10, 7, 8, 9, 7, 8, 6);

function faultsOf(input: ScoreInput): readonly unknown[] {
  try {
    competitiveScore(input);
  } catch (error) {
    if (error instanceof RefusedInput) return error.faults.map((fault) => `${fault.path} ${fault.code}`);
    throw error;
  }
  return [];
}

describe('the competitive score (F-ADM-1)', () => {
  it.each([
    ['the published ten-point document', { grades: published }, '7.7273'],
    ['the published old-scale document', { grades: five(4, 5, 3, 4, 4, 5) }, '8.3333'],
    [
      'the published secondary weight',
      { grades: published, secondaryWeightPercent: 50, examResults: [72, 58] },
      '7.1136',
    ],
    ['both scales in one document', { grades: [...ten(7), ...five(4)] }, '7.5000'],
    [
      'exactly half, which goes up',
      { grades: ten(...Array.from({ length: 32 }, (_, i) => (i === 0 ? 9 : 8))) },
      '8.0313',
    ],
    ['pass/fail entries and exemptions, left out', { grades: [...ten(6), none, none] }, '6.0000'],
    ['only tens', { grades: ten(10, 10) }, '10.0000'],
    ['examinations alone', { grades: ten(6), secondaryWeightPercent: 100, examResults: [100] }, '10.0000'],
    ['weight zero, which ignores examinations', { grades: ten(6), examResults: [100] }, '6.0000'],
  ])('of %s', (_, input, expected) => {
    expect(formatScore(competitiveScore(input).tenThousandths)).toBe(expected);
  });

  it('is zero with a warning when no numeric grade remains', () => {
    expect(competitiveScore({ grades: [none] })).toEqual({
      tenThousandths: 0,
      gradesUsed: 0,
      warnings: ['NO_NUMERIC_GRADES'],
    });
  });

  it('warns when examinations count but there are none', () => {
    const score = competitiveScore({ grades: ten(8), secondaryWeightPercent: 50 });
    expect(score).toMatchObject({ tenThousandths: 40_000, warnings: ['NO_EXAM_RESULTS'] });
  });

  it.each([
    ['grade 0', { grades: ten(0) }, ['grades[0].value GRADE_OUT_OF_SCALE']],
    ['grade 11', { grades: ten(11) }, ['grades[0].value GRADE_OUT_OF_SCALE']],
    ['5-point grade 6', { grades: five(6) }, ['grades[0].value GRADE_OUT_OF_SCALE']],
    ['half a grade', { grades: ten(7.5) }, ['grades[0].value GRADE_OUT_OF_SCALE']],
    [
      'more grades than keep means apart',
      { grades: ten(...new Array<number>(100).fill(8)) },
      ['grades TOO_MANY_GRADES'],
    ],
    [
      'several faults at once',
      { grades: [...ten(0, 8, 11), ...five(6)], examResults: [101], secondaryWeightPercent: 101 },
      [
        'grades[0].value GRADE_OUT_OF_SCALE',
        'grades[2].value GRADE_OUT_OF_SCALE',
        'grades[3].value GRADE_OUT_OF_SCALE',
        'examResults[0] EXAM_OUT_OF_RANGE',
        'secondaryWeightPercent WEIGHT_OUT_OF_RANGE',
      ],
    ],
  ])('refuses %s and names every fault', (_, input, faults) => {
    expect(faultsOf(input)).toEqual(faults);
  });

  it('never merges two different means of up to 99 grades', () => {
    const meanOf = new Map<number, string>();
    const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
    const merged: string[] = [];
    for (let count = 1; count <= 99; count++) {
      for (let total = count; total <= 10 * count; total++) {
        const low = Math.floor(total / count);
        const grades = ten(...Array.from({ length: count }, (_, i) => (i < total % count ? low + 1 : low)));
        const mean = [total, count].map((part) => part / divisor(total, count)).join('/');
        const { tenThousandths } = competitiveScore({ grades });
        if ((meanOf.get(tenThousandths) ?? mean) !== mean) merged.push(mean);
        meanOf.set(tenThousandths, mean);
      }
    }
    expect(merged).toEqual([]);
  });

  it('equals the formula in exact rational arithmetic', () => {
    const grades = fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 99 });
    const exams = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(grades, exams, fc.integer({ min: 0, max: 100 }), (values, results, weight) => {
        const total = (list: number[]): bigint => BigInt(list.reduce((x, y) => x + y, 0));
        const [n, m, w] = [BigInt(values.length), BigInt(results.length), BigInt(weight)];
        const numerator = ((100n - w) * total(values) * 10n * m + w * total(results) * n) * 10_000n;
        const expected = (2n * numerator + 1000n * n * m) / (2000n * n * m);
        const score = competitiveScore({
          grades: ten(...values),
          examResults: results,
          secondaryWeightPercent: weight,
        });
        expect(score.tenThousandths).toBe(Number(expected));
      }),
      { numRuns: 1000 },
    );
  });
});
