import { invalid } from '@meistras/platform/errors/domain-error';
import { documentKinds } from '../agreements/signing.rules.js';
import type { DocumentKind } from '../agreements/signing.rules.js';
import type { PriorityCriterion, TierRule } from '../allocation/tier.rules.js';
import { fundingRulesets } from '../allocation/funding-right.rules.js';
import type { FundingRuleset } from '../allocation/funding-right.rules.js';
import { stageTypes } from '../stages/stage.rules.js';
import type { StageType } from '../stages/stage.rules.js';

/** The parameters that this service reads, with the type of their values. */
export interface PolicyValues {
  /** R-ADM-13: preferences in one list, by type of stage. */
  'adm.limit': Record<StageType, number>;
  /** R-ADM-01, in years. */
  'adm.age.minimum': number;
  /** R-ADM-01: the day on which the age is judged. */
  'adm.age.on': 'FIRST_TEACHING_DAY' | 'FIRST_DAY_OF_APPLYING';
  /** R-ADM-02: younger ones choose only what is taught together with basic education, in years. */
  'adm.age.basicOnly': number;
  /** R-ADM-03: the education that programmes of level V ask for. */
  'adm.entry.V': 'BASIC' | 'SECONDARY';
  /** R-ADM-04: grades whose pupils may apply for single modules. */
  'adm.module.grades': number[];
  /** R-ADM-17: days by which ordering lasts longer than applying. */
  'adm.order.extraDays': number;
  /** R-ADM-18: whether the finding of the first preference's institution binds the others. */
  'adm.suitability.binding': boolean;
  /** R-ADM-20: hours before its last test by which a programme must be listed. */
  'adm.test.listedHours': number;
  /** R-ADM-21: leavers of this year and later have their grades in the register. */
  'adm.grades.registerSince': number;
  /** R-ADM-23: weight of examinations in the score, in whole per cent. */
  'adm.score.secondaryWeight': number;
  /** R-ADM-09. */
  'adm.vf.ruleset': FundingRuleset;
  /** R-ADM-27: leading digits of the ISCED-F code that name the funded pool; modules have pools of their own. */
  'adm.pool.key': { digits: number };
  /** Section 5.3: below so many holders only the score of the cut-off is shown. */
  'adm.explain.minHolders': number;
  /** Days for which the results of trial runs are kept. */
  'adm.retention.trialRuns': number;
  /** Open data: figures of fewer persons are not shown. */
  'adm.statistics.smallestCell': number;
  /** R-ADM-30: institutions that admit more than so many have some days more to sign, by type of stage. */
  'adm.sign.extension': Partial<Record<StageType, { over: number; days: number }>>;
  /** R-ADM-31: below this age a guardian signs too, in years. */
  'adm.sign.minor': number;
  /** R-ADM-32: what is shown at signing. */
  'adm.sign.documents': DocumentKind[];
  /** R-ADM-24: what comes before the score in the rank key. */
  'adm.tier': TierRule;
  /** R-ADM-25: the priority criteria in their order. */
  'adm.criteria': PriorityCriterion[];
  /** F-ADM-3: whether a public draw is appended to the seed. */
  'adm.lottery.publicDraw': boolean;
  /** Section 5.1: whether an own move within a field is an error. */
  'adm.pool.oneScorePerField': boolean;
  /** R-ADM-35. */
  'adm.oneLiveAgreement': boolean;
  /** R-ADM-37: working days for a complaint after the results, and for its answer. */
  'adm.appeal.fileDays': number;
  'adm.appeal.answerDays': number;
  /** Working days in which a place won on complaint may be signed, if the window of its stage does not last longer. */
  'adm.appeal.signDays': number;
  /** Credits of one year of training; gives the planned end of an agreement. */
  'adm.agreement.creditsPerYear': number;
}

export type PolicyCode = keyof PolicyValues;

type Shape = (value: unknown) => boolean;
const whole =
  (least: number, most: number): Shape =>
  (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
const oneOf =
  (...values: unknown[]): Shape =>
  (value) =>
    values.includes(value);
const listOf =
  (item: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.length <= 50 && new Set(value).size === value.length && value.every(item);
const object =
  (fields: Record<string, Shape>, all = true): Shape =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const stated = Object.entries(value);
    const known = stated.every(([name, one]) => Object.hasOwn(fields, name) && fields[name]!(one));
    return known && (!all || stated.length === Object.keys(fields).length);
  };
const byStage = (shape: Shape): Record<string, Shape> => Object.fromEntries(stageTypes.map((type) => [type, shape]));
const yesOrNo = oneOf(true, false);
const criterion = object({ code: (code) => typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,59}$/.test(code) });
const codesOf = (list: unknown): unknown[] => (list as PriorityCriterion[]).map(({ code }) => code);
const criteria: Shape = (value) => listOf(criterion)(value) && new Set(codesOf(value)).size === codesOf(value).length;

/** What a value must look like: a wrong one would only be met at the deadline. */
const shapes: Record<PolicyCode, Shape> = {
  'adm.limit': object(byStage(whole(1, 50))),
  'adm.age.minimum': whole(0, 120),
  'adm.age.on': oneOf('FIRST_TEACHING_DAY', 'FIRST_DAY_OF_APPLYING'),
  'adm.age.basicOnly': whole(0, 120),
  'adm.entry.V': oneOf('BASIC', 'SECONDARY'),
  'adm.module.grades': listOf(whole(1, 13)),
  'adm.order.extraDays': whole(0, 60),
  'adm.suitability.binding': yesOrNo,
  'adm.test.listedHours': whole(0, 1_000),
  'adm.grades.registerSince': whole(1900, 2200),
  'adm.score.secondaryWeight': whole(0, 100),
  'adm.vf.ruleset': oneOf(...fundingRulesets),
  'adm.pool.key': object({ digits: whole(2, 4) }),
  'adm.explain.minHolders': whole(0, 1_000),
  'adm.retention.trialRuns': whole(1, 3_650),
  'adm.statistics.smallestCell': whole(1, 1_000),
  'adm.sign.extension': object(byStage(object({ over: whole(0, 1_000_000), days: whole(0, 30) })), false),
  'adm.sign.minor': whole(0, 120),
  'adm.sign.documents': listOf(oneOf(...documentKinds)),
  'adm.tier': oneOf('NONE', 'FIRST_QUALIFICATION_FIRST'),
  'adm.criteria': criteria,
  'adm.lottery.publicDraw': yesOrNo,
  'adm.pool.oneScorePerField': yesOrNo,
  'adm.oneLiveAgreement': yesOrNo,
  'adm.appeal.fileDays': whole(0, 365),
  'adm.appeal.answerDays': whole(0, 365),
  'adm.appeal.signDays': whole(0, 365),
  'adm.agreement.creditsPerYear': whole(1, 1_000),
};

export const policyCodes = Object.keys(shapes) as PolicyCode[];

/** Whether a value is of the form that the parameter needs. */
export const isOfForm = (code: PolicyCode, value: unknown): boolean => shapes[code](value);

/** A value stated for a period of days, half-open. */
export interface StatedParameter {
  code: string;
  value: unknown;
  validFrom: string;
}

/**
 * What takes effect today or earlier stays: a parameter is read as of the day of the fact that it governs, so a change
 * backwards would rewrite decisions already taken. Throws `invalid-parameter` with every fault.
 */
export function assertStatable({ code, value, validFrom }: StatedParameter, today: string): void {
  const shape = Object.hasOwn(shapes, code) ? shapes[code as PolicyCode] : undefined;
  const faults = [
    ...(shape ? [] : [{ pointer: '/code', code: 'UNKNOWN_CODE', message: 'No rule reads such a parameter.' }]),
    ...(shape && !shape(value) ? [{ pointer: '/value', code: 'VALUE', message: 'The value is not of its form.' }] : []),
    ...(validFrom <= today
      ? [{ pointer: '/validFrom', code: 'IN_FORCE', message: `It must be later than today, ${today}.` }]
      : []),
  ];
  if (faults.length > 0) throw invalid('invalid-parameter', 'The parameter has faults.', faults);
}
