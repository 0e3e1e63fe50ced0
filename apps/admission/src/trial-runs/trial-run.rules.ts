import { conflict, invalid } from '@meistras/platform/errors/domain-error';
import type { Fault } from '@meistras/platform/errors/domain-error';
import { LOTTERY_SPAN } from '../allocation/allocation-problem.js';
import { MOST_CRITERIA } from '../allocation/allocation.key.js';
import { seedFits } from '../allocation/lottery.rules.js';
import { isWhole } from '../allocation/refused-input.js';
import { isOfForm } from '../policies/policy.rules.js';
import { triableCodes } from '../runs/assumptions.js';
import type { AssumedParameter, Assumptions, TriableCode } from '../runs/assumptions.js';
import type { Stage } from '../stages/stage.entity.js';

/** Trials of one stage that wait or are at work. */
export const mostAtWork = 20;
const mostPlaces = 1_000_000;
/** Ten times the demand. */
export const mostPercent = 1_000;

/** What is stored of the stage that is tried. */
export interface TriedStage {
  /** By id. */
  offerings: ReadonlyMap<string, { pool: string; state: 'OPEN' | 'CLOSED'; funded: number }>;
  /** Of the offerings that are assumed about, those of other stages. */
  elsewhere: ReadonlySet<string>;
  /** Codes of the pools whose quota is set. */
  pools: ReadonlySet<string>;
  /** Applications that would be read. */
  applications: number;
  /** Commitment to a seed that is not revealed yet. */
  promised: string | null;
}

/** What a trial is asked for: codes of parameters are as they came. */
export type Asked = Omit<Assumptions, 'policy'> & { policy: { code: string; value: unknown }[]; seed?: string };

/** Throws `invalid-assumptions` with every fault; what it answers can be run. */
export function assumptionsOf(asked: Asked, stage: TriedStage): Assumptions {
  const faults = [
    ...placesFaults(asked, stage),
    ...quotaFaults(asked, stage),
    ...policyFaults(asked),
    ...demandFaults(asked, stage),
    ...seedFaults(asked, stage),
  ];
  if (faults.length > 0) throw invalid('invalid-assumptions', 'The assumptions have faults.', faults);
  const { places, quotas, policy, demand, pending } = asked;
  return { places, quotas, policy: policy as AssumedParameter[], demand, pending };
}

/** From OPEN on, whatever became of the stage since. */
export function assertMayTry(stage: Pick<Stage, 'state'>, atWork: number): void {
  if (stage.state === 'PLANNED')
    throw conflict('stage-state', 'A stage that is PLANNED has no applications; it must be OPEN or later.');
  if (atWork >= mostAtWork)
    throw conflict('trial-runs-waiting', `${atWork} trial runs of this stage wait already; wait, or delete some.`);
}

const fault = (pointer: string, code: string, message: string): Fault => ({ pointer, code, message });

function placesFaults({ places }: Asked, { offerings, elsewhere }: TriedStage): Fault[] {
  const faults = repeated(places, ({ offeringId }) => offeringId, '/places', 'OFFERING_REPEATED');
  places.forEach(({ offeringId, ...seats }, i) => {
    const pointer = `/places/${i}/offeringId`;
    const offering = offerings.get(offeringId);
    if (elsewhere.has(offeringId))
      faults.push(fault(pointer, 'OFFERING_OF_OTHER_STAGE', 'It is offered in another stage.'));
    else if (!offering) faults.push(fault(pointer, 'OFFERING_UNKNOWN', 'The stage has no such offering.'));
    else if (offering.state === 'CLOSED')
      faults.push(fault(pointer, 'OFFERING_CLOSED', 'It is closed: nobody competes there (R-REG-15).'));
    for (const name of ['funded', 'nonFunded'] as const)
      faults.push(...countFaults(`/places/${i}/${name}`, seats[name]));
    if (seats.funded === undefined && seats.nonFunded === undefined)
      faults.push(fault(`/places/${i}`, 'NOTHING_ASSUMED', 'State funded or nonFunded.'));
  });
  return faults;
}

function quotaFaults({ quotas, places }: Asked, { offerings, pools }: TriedStage): Fault[] {
  const faults = repeated(quotas, ({ fieldCode }) => fieldCode, '/quotas', 'FIELD_REPEATED');
  const fields = new Set([...pools, ...[...offerings.values()].map(({ pool }) => pool)]);
  quotas.forEach(({ fieldCode, quota }, i) => {
    if (!fields.has(fieldCode)) faults.push(unknownField(`/quotas/${i}/fieldCode`));
    faults.push(...countFaults(`/quotas/${i}/quota`, quota));
  });
  const set = new Set([...pools, ...quotas.map(({ fieldCode }) => fieldCode)]);
  const assumed = new Map(places.map(({ offeringId, funded }) => [offeringId, funded]));
  const unset = [...offerings].flatMap(([id, { pool, state, funded }]) =>
    state === 'OPEN' && (assumed.get(id) ?? funded) > 0 && !set.has(pool) ? [pool] : [],
  );
  for (const pool of [...new Set(unset)].sort())
    faults.push(fault('/quotas', 'POOL_MISSING', `${pool} has state-funded seats and no quota: set it or assume one.`));
  return faults;
}

function policyFaults({ policy }: Asked): Fault[] {
  const faults = repeated(policy, ({ code }) => code, '/policy', 'CODE_REPEATED');
  policy.forEach(({ code, value }, i) => {
    if (!triableCodes.includes(code as TriableCode))
      faults.push(fault(`/policy/${i}/code`, 'NOT_TRIABLE', `A run works by ${triableCodes.join(', ')}.`));
    else if (!isOfForm(code as TriableCode, value))
      faults.push(fault(`/policy/${i}/value`, 'VALUE', 'The value is not of its form.'));
    else if (code === 'adm.criteria' && (value as unknown[]).length > MOST_CRITERIA)
      faults.push(fault(`/policy/${i}/value`, 'TOO_MANY_CRITERIA', `A key holds at most ${MOST_CRITERIA}.`));
  });
  return faults;
}

function demandFaults({ demand }: Asked, { offerings, pools, applications }: TriedStage): Fault[] {
  const faults = repeated(demand, ({ fieldCode }) => fieldCode ?? '', '/demand', 'FIELD_REPEATED');
  const fields = new Set([...pools, ...[...offerings.values()].map(({ pool }) => pool)]);
  demand.forEach(({ fieldCode, percent }, i) => {
    if (fieldCode !== undefined && !fields.has(fieldCode)) faults.push(unknownField(`/demand/${i}/fieldCode`));
    if (!isWhole(percent, 0, mostPercent))
      faults.push(fault(`/demand/${i}/percent`, 'OUT_OF_RANGE', `A whole number from 0 to ${mostPercent}.`));
  });
  const most = Math.max(100, ...demand.map(({ percent }) => Math.min(percent, mostPercent)));
  if ((applications * most) / 100 > LOTTERY_SPAN)
    faults.push(fault('/demand', 'TOO_MANY_APPLICANTS', `A run takes at most ${LOTTERY_SPAN} applicants.`));
  return faults;
}

/** Whoever knew the outcome of the promised lottery could choose among facts until it suits (P9). */
function seedFaults({ seed }: Asked, { promised }: TriedStage): Fault[] {
  if (seed === undefined || promised === null || !seedFits(seed, promised)) return [];
  return [fault('/seed', 'SEED_PROMISED', 'The seed of the stage is not tried before it is revealed.')];
}

const unknownField = (pointer: string): Fault =>
  fault(pointer, 'FIELD_UNKNOWN', 'The stage has neither a pool nor an offering of this field.');

function countFaults(pointer: string, count: number | undefined): Fault[] {
  if (count === undefined || isWhole(count, 0, mostPlaces)) return [];
  return [fault(pointer, 'OUT_OF_RANGE', `A whole number from 0 to ${mostPlaces}.`)];
}

function repeated<T>(list: readonly T[], keyOf: (item: T) => string, path: string, code: string): Fault[] {
  const seen = new Set<string>();
  return list.flatMap((item, i) => {
    const key = keyOf(item);
    const isRepeated = seen.has(key);
    seen.add(key);
    return isRepeated ? [fault(`${path}/${i}`, code, 'It stands there already.')] : [];
  });
}
