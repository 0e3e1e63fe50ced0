import { isWhole, refuseIfAny, type Fault } from './refused-input.js';

/** A grade of the education document. NONE is a pass/fail entry or an exemption: it stays out of the mean (section 8). */
export type Grade =
  | { readonly scale: 'TEN'; readonly value: number }
  | { readonly scale: 'FIVE'; readonly value: number }
  | { readonly scale: 'NONE' };

export interface ScoreInput {
  readonly grades: readonly Grade[];
  /** State examination results, 0 to 100; needed only with a secondary weight (R-ADM-23). */
  readonly examResults?: readonly number[];
  /** Weight of the examinations in whole per cent [PP adm.score.secondaryWeight = 0]. */
  readonly secondaryWeightPercent?: number;
}

export interface CompetitiveScore {
  /** Ten-thousandths of a point: 77273 is 7.7273. The best possible is 100000. */
  readonly tenThousandths: number;
  readonly gradesUsed: number;
  readonly warnings: readonly ('NO_NUMERIC_GRADES' | 'NO_EXAM_RESULTS')[];
}

/** Above this two different means could round to the same four decimals (F-ADM-1). */
const MOST_GRADES = 99;
const TOP_OF_SCALE = { TEN: 10, FIVE: 5 } as const;

/**
 * F-ADM-1: mean of the numeric grades, 5-point grades doubled, half up to 4 decimals (R-ADM-22); with a secondary
 * weight w: (1 - w) * mean + w * examMean / 10 (R-ADM-23). Throws RefusedInput with all faults.
 */
export function competitiveScore(input: ScoreInput): CompetitiveScore {
  refuseIfAny('SCORE_INPUT_INVALID', scoreFaults(input));
  const weight = input.secondaryWeightPercent ?? 0;
  const exams = input.examResults ?? [];
  let gradesUsed = 0;
  let gradesSum = 0;
  for (const grade of input.grades) {
    if (grade.scale === 'NONE') continue;
    gradesUsed++;
    gradesSum += onTenPointScale(grade);
  }
  const warnings: CompetitiveScore['warnings'][number][] = [];
  if (gradesUsed === 0) warnings.push('NO_NUMERIC_GRADES');
  if (weight > 0 && exams.length === 0) warnings.push('NO_EXAM_RESULTS');

  // Whole numbers to the end; the largest, below 1e14, is far under 2^53. A missing part counts as mean 0.
  const gradeCount = Math.max(gradesUsed, 1);
  const examCount = Math.max(exams.length, 1);
  const numerator = (100 - weight) * gradesSum * 10 * examCount + weight * sum(exams) * gradeCount;
  const denominator = 1000 * gradeCount * examCount;
  return { tenThousandths: divideHalfUp(numerator * 10_000, denominator), gradesUsed, warnings };
}

/** Every fault of the grades, examinations and weight; empty when the input may be scored. */
export function scoreFaults(input: ScoreInput): Fault[] {
  const faults: Fault[] = [];
  if (input.grades.length > MOST_GRADES) faults.push({ path: 'grades', code: 'TOO_MANY_GRADES' });
  input.grades.forEach((grade, i) => {
    if (grade.scale === 'NONE') return;
    if (!isWhole(grade.value, 1, TOP_OF_SCALE[grade.scale])) {
      faults.push({ path: `grades[${String(i)}].value`, code: 'GRADE_OUT_OF_SCALE' });
    }
  });
  const exams = input.examResults ?? [];
  if (exams.length > MOST_GRADES) faults.push({ path: 'examResults', code: 'TOO_MANY_EXAMS' });
  exams.forEach((result, i) => {
    if (!isWhole(result, 0, 100)) faults.push({ path: `examResults[${String(i)}]`, code: 'EXAM_OUT_OF_RANGE' });
  });
  if (!isWhole(input.secondaryWeightPercent ?? 0, 0, 100)) {
    faults.push({ path: 'secondaryWeightPercent', code: 'WEIGHT_OUT_OF_RANGE' });
  }
  return faults;
}

/** Ten-thousandths as printed for people: 77273 becomes "7.7273". */
export function formatScore(tenThousandths: number): string {
  const digits = String(tenThousandths).padStart(5, '0');
  return `${digits.slice(0, -4)}.${digits.slice(-4)}`;
}

const onTenPointScale = (grade: Exclude<Grade, { scale: 'NONE' }>): number =>
  grade.scale === 'FIVE' ? grade.value * 2 : grade.value;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function divideHalfUp(numerator: number, denominator: number): number {
  const doubled = 2 * numerator + denominator;
  return (doubled - (doubled % (2 * denominator))) / (2 * denominator);
}
