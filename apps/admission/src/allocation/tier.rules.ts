import type { FundingFacts } from './funding-right.rules.js';

/** R-ADM-24 [PP adm.tier = NONE]. */
export type TierRule = 'NONE' | 'FIRST_QUALIFICATION_FIRST';

/** The tier in the rank key: who holds no qualification comes first where the rule says so (additional stage of 2017). */
export const tierOf = (rule: TierRule, { held }: FundingFacts): number =>
  rule === 'FIRST_QUALIFICATION_FIRST' && held.length > 0 ? 1 : 0;

/** R-ADM-25: one entry of the ordered, dated list [PP adm.criteria = empty]. */
export interface PriorityCriterion {
  readonly code: string;
}
