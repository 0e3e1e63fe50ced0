// The formulas, from the published rules: F-ADM-1 score, F-ADM-2 right to a state-funded place, F-ADM-3 lottery, R-ADM-24 key.
import { createHash, hash as oneShot } from 'node:crypto';

export const sha256 = (text) => (oneShot ? oneShot('sha256', text) : createHash('sha256').update(text).digest('hex'));

/** Ten-thousandths: mean of the numeric grades, 5-point ones doubled, half up; w per cent of it are the examinations. */
export function score({ grades, examResults }, weightPercent) {
  const points = grades.flatMap(({ scale, value }) =>
    scale === 'NONE' ? [] : [BigInt(scale === 'FIVE' ? 2 * value : value)],
  );
  const exams = examResults.map(BigInt);
  const mean = (numbers) => [numbers.reduce((sum, each) => sum + each, 0n), BigInt(Math.max(numbers.length, 1))];
  const [[gradeSum, gradeCount], [examSum, examCount], weight] = [mean(points), mean(exams), BigInt(weightPercent)];
  // ((100 - w) * mean + w * examMean / 10) / 100, as one fraction of whole numbers.
  const above = ((100n - weight) * gradeSum * 10n * examCount + weight * examSum * gradeCount) * 10_000n;
  const below = 1_000n * gradeCount * examCount;
  return Number((2n * above + below) / (2n * below));
}

/** Whether grades and examinations lie on their scales. */
export const onScale = ({ grades, examResults }) =>
  grades.every(({ scale, value }) =>
    scale === 'NONE'
      ? value === undefined
      : Number.isInteger(value) && value >= 1 && value <= { TEN: 10, FIVE: 5 }[scale],
  ) && examResults.every((each) => Number.isInteger(each) && each >= 0 && each <= 100);

/** F-ADM-2 as a table: may one who holds so much compete for a state-funded place of the kind? */
export function entitled(kind, funding, ruleset) {
  if (kind === 'HIGHER') return true; // F-ADM-2 speaks of VET alone.
  const { held } = funding;
  if (ruleset === 'MINISTRY_FAQ') return { INITIAL: [true], CONTINUING: [false, true] }[kind][held.length] === true;
  if (ruleset !== 'ART37_2020') throw new Error(`unknown rules ${ruleset}`);
  if (funding.exemptByAct) return true;
  if (kind === 'INITIAL') return held.length === 0;
  const barred =
    held.length === 0 ||
    funding.studiesInSeveralProgrammes ||
    held.some((one) => one.mostCreditsStatePaid || one.continuing);
  if (barred) return false;
  const [first, second] = held;
  const basicThenSecondary =
    held.length === 2 &&
    first.gainedWith === 'BASIC' &&
    second.gainedWith === 'SECONDARY' &&
    second.directlyAfterPrevious === true;
  return held.length === 1 || basicThenSecondary;
}

export const tier = (rule, { held }) => (rule === 'FIRST_QUALIFICATION_FIRST' && held.length > 0 ? 1 : 0);

/** [applicant] rank of the lottery hash, 0 the best; `equal` when two are the same. */
export function lottery(stage, ids) {
  const seed = stage.seed + (stage.publicDraw ?? '');
  const hashes = ids.map((id) => sha256(`${seed}|${stage.stageId}|${id}`));
  const order = Uint32Array.from(ids, (_, i) => i);
  const prefix = Float64Array.from(hashes, (each) => Number.parseInt(each.slice(0, 13), 16));
  order.sort((a, b) => prefix[a] - prefix[b] || (hashes[a] < hashes[b] ? -1 : hashes[a] > hashes[b] ? 1 : 0));
  const rank = new Uint32Array(ids.length);
  let equal = false;
  order.forEach((applicant, i) => {
    rank[applicant] = i;
    if (i > 0 && hashes[order[i - 1]] === hashes[applicant]) equal = true;
  });
  return { hashes, rank, equal };
}

/** [applicant] one number that orders by tier, score descending, criteria in listed order, lottery; lower is better. */
export function keys({ ids, score: scores, tier: tiers, criteria }, listed, rank) {
  const span = 2 ** listed.length;
  return Float64Array.from(ids, (_, a) => {
    const unmet = listed.reduce((bits, code) => 2 * bits + (criteria[a].includes(code) ? 0 : 1), 0);
    return ((tiers[a] * 100_001 + (100_000 - scores[a])) * span + unmet) * ids.length + rank[a];
  });
}
