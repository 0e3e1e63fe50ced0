import { NO_PLACE, OPEN } from '../allocation/allocation-problem.js';
import { criterionBit, unpackKey } from '../allocation/allocation.key.js';
import { placeText } from '../artefacts/artefact.format.js';
import type { LimitRow } from '../artefacts/artefact.format.js';
import type { ArtefactWriter } from '../artefacts/artefact.writer.js';
import type { RunDatabase } from './run.source.js';
import type { AllocatedStage } from './run.work.js';

/** Rows stored in one short transaction: a long one would hold back every relay of the cluster. */
const pieceLength = 25_000;

/** Who got what, in the order of the ids, and how full every limit was. */
export async function writeResult(writer: ArtefactWriter, allocated: AllocatedStage): Promise<void> {
  const { names, result } = allocated;
  writer.open('places');
  for (let a = 0; a < result.option.length; a++) {
    const option = result.option[a]!;
    if (option !== NO_PLACE) writer.row(placeText(names.applicationIds[a]!, option >> 1, typeOf(option)));
    if (a % pieceLength === 0) await writer.flush();
  }
  writer.close();
  writer.open('limits');
  for (const limit of limitsOf(allocated)) writer.row(JSON.stringify(limit));
  writer.close();
}

/** Stores what explanations and publication need. */
export async function keepResult(database: RunDatabase, allocated: AllocatedStage, groupOf: Int32Array): Promise<void> {
  const { problem, names, result } = allocated;
  const { tables } = database;
  const total = problem.applicantCount;
  await database.forgetResult();
  await database.store(tables.limit, limitColumns, storedLimits(allocated));
  for (let from = 0; from < total; from += pieceLength) {
    await database.say({ phase: 'STORING', done: from, total });
    const [places, held]: [string[], string[]] = [[], []];
    for (let a = from; a < Math.min(from + pieceLength, total); a++) {
      const [id, option] = [names.applicationIds[a]!, result.option[a] ?? NO_PLACE];
      if (option !== NO_PLACE) places.push(`${id}\t${names.offeringIds[option >> 1]!}\t${typeOf(option)}`);
      if (groupOf[a] !== 0) held.push(`${id}\t${groupOf[a]!}`);
    }
    await database.store(tables.placement, 'application_id, offering_id, funding_type', places);
    if (held.length > 0 && tables.held !== undefined)
      await database.store(tables.held, 'application_id, group_number', held);
  }
  await database.gatherStatistics();
  await database.say({ phase: 'STORING', done: total, total });
}

const typeOf = (option: number): 'VF' | 'VNF' => (option % 2 === 0 ? 'VF' : 'VNF');

/** Fields, then VF and VNF of every offering; each as the run filled it. */
function limitsOf({ problem, names, result }: AllocatedStage): LimitRow[] {
  const last = (cutOff: number): LimitRow['last'] => {
    if (cutOff === OPEN || cutOff < 0) return null;
    const { tier, score, criteriaMet, lotteryRank } = unpackKey(cutOff);
    const criteria = names.criteria.filter((_, place) => (criteriaMet & criterionBit(place)) !== 0);
    return { tier, score, criteria, lottery: names.lottery.hashOf(lotteryRank) };
  };
  const fields = names.fieldIds.map((ref, f): LimitRow => ({
    ...{ kind: 'FIELD', ref, fundingType: 'VF', places: problem.quota[f]!, taken: result.fieldTaken[f]! },
    last: last(result.fieldCutOff[f]!),
  }));
  const options = Array.from(problem.seats, (places, option): LimitRow => ({
    ...{ kind: 'OFFERING', ref: names.offeringIds[option >> 1]!, fundingType: typeOf(option) },
    ...{ places, taken: result.optionTaken[option]!, last: last(result.optionCutOff[option]!) },
  }));
  return [...fields, ...options];
}

const limitColumns = 'kind, ref, funding_type, pool_code, places, taken, score, lottery, tier, criteria';

/** Without offerings that are closed: their limits explain nothing. */
function storedLimits(allocated: AllocatedStage): string[] {
  const { problem, names, closed } = allocated;
  const poolOf = new Map(names.offeringIds.map((id, o) => [id, names.fieldIds[problem.fieldOf[o]!]!]));
  const open = limitsOf(allocated).filter(({ kind, ref }) => kind === 'FIELD' || !closed.has(ref));
  return open.map(({ kind, ref, fundingType, places, taken, last }) => {
    const pool = poolOf.get(ref) ?? ref;
    const key = last
      ? [last.score, last.lottery, last.tier, `{${last.criteria.join(',')}}`]
      : ['\\N', '\\N', '\\N', '\\N'];
    return [kind, ref, fundingType, pool, places, taken, ...key].join('\t');
  });
}
