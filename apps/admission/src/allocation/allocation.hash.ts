import { createHash, type Hash } from 'node:crypto';
import { NO_PLACE, type AllocationProblem, type ProblemNames } from './allocation-problem.js';
import { MOST_CRITERIA, unpackMerit } from './allocation.key.js';

// Both hashes are SHA-256 over plain lines, so that anyone can recompute them with the published inputs and sha256sum.
// Lines of one kind are sorted by identifier (code unit order), hence the order of the input does not matter (P7).

/**
 * Lines, each ended by a line feed:
 *   meistras-allocation-input/1
 *   stage|<stageId>
 *   criteria|<code>|<code>…
 *   field|<fieldId>|<quota>
 *   offering|<offeringId>|<fieldId>|<VF seats>|<VNF seats>
 *   application|<applicationId>|<lottery hash>|<offeringId>:<VF or VNF>:<tier>:<score>:<one 0 or 1 per criterion>|…
 */
export function inputHash(problem: AllocationProblem, names: ProblemNames): string {
  const { seats, quota, fieldOf, listStart, option, merit, lotteryRank } = problem;
  const lines = new LineHash('meistras-allocation-input/1');
  lines.add(`stage|${names.stageId}`);
  lines.add(['criteria', ...names.criteria].join('|'));
  for (const f of byName(names.fieldIds)) lines.add(`field|${names.fieldIds[f]!}|${String(quota[f])}`);
  for (const o of byName(names.offeringIds)) {
    const field = names.fieldIds[fieldOf[o]!]!;
    lines.add(`offering|${names.offeringIds[o]!}|${field}|${String(seats[2 * o])}|${String(seats[2 * o + 1])}`);
  }
  for (const a of byName(names.applicationIds)) {
    let line = `application|${names.applicationIds[a]!}|${names.lotteryHashes[lotteryRank[a]!]!}`;
    for (let p = listStart[a]!; p < listStart[a + 1]!; p++) {
      const { tier, score, criteriaMet } = unpackMerit(merit[p]!);
      const bits = criteriaMet.toString(2).padStart(MOST_CRITERIA, '0').slice(0, names.criteria.length);
      line += `|${optionName(names, option[p]!)}:${String(tier)}:${String(score)}:${bits}`;
    }
    lines.add(line);
  }
  return lines.digest();
}

/** Lines: meistras-allocation-result/1, then <applicationId>|<offeringId>:<VF or VNF>, or <applicationId>| for no place. */
export function resultHash(obtained: Int32Array, names: ProblemNames): string {
  const lines = new LineHash('meistras-allocation-result/1');
  for (const a of byName(names.applicationIds)) {
    const o = obtained[a] ?? NO_PLACE;
    lines.add(`${names.applicationIds[a]!}|${o === NO_PLACE ? '' : optionName(names, o)}`);
  }
  return lines.digest();
}

const optionName = (names: ProblemNames, option: number): string =>
  `${names.offeringIds[option >> 1]!}:${option % 2 === 0 ? 'VF' : 'VNF'}`;

const byName = (ids: readonly string[]): Int32Array =>
  Int32Array.from(ids, (_, i) => i).sort((x, y) => (ids[x]! < ids[y]! ? -1 : ids[x]! > ids[y]! ? 1 : 0));

/** Feeds lines in batches: one update per line would cost more than the hashing. */
class LineHash {
  private readonly hash: Hash = createHash('sha256');
  private batch = '';

  constructor(firstLine: string) {
    this.add(firstLine);
  }

  add(line: string): void {
    this.batch += `${line}\n`;
    if (this.batch.length > 65_536) this.flush();
  }

  digest(): string {
    this.flush();
    return this.hash.digest('hex');
  }

  private flush(): void {
    this.hash.update(this.batch, 'utf8');
    this.batch = '';
  }
}
