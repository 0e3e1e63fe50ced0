/** A qualification the state has paid for. Training paid by the Employment Service counts as one (R-ADM-08). */
export interface StatePaidQualification {
  /** Bachelor and master are two entries of HIGHER (F-ADM-2). */
  readonly kind: 'VET' | 'HIGHER' | 'EMPLOYMENT_SERVICE';
  /** ART37_2020 only: the general education gained in the same programme. */
  readonly gainedWith?: 'BASIC' | 'SECONDARY';
  /** ART37_2020 only: begun without a break after the qualification before it. */
  readonly directlyAfterPrevious?: boolean;
  /** ART37_2020 only: gained in a continuing programme. */
  readonly continuing?: boolean;
  /** ART37_2020 only, HIGHER: the state paid more than half of the credits. */
  readonly mostCreditsStatePaid?: boolean;
}

export interface FundingFacts {
  /** In the order of award. */
  readonly held: readonly StatePaidQualification[];
  /** ART37_2020 only: studies in two or more programmes at once, at least one of them state-funded. */
  readonly studiesInSeveralProgrammes?: boolean;
  /** ART37_2020 only: covered by the employment act or the act on integration of persons with disabilities. */
  readonly exemptByAct?: boolean;
}

export type VetKind = 'INITIAL' | 'CONTINUING';
export const fundingRulesets = ['MINISTRY_FAQ', 'ART37_2020'] as const;
export type FundingRuleset = (typeof fundingRulesets)[number];

export interface FundingRight {
  readonly allowed: boolean;
  readonly ruleset: FundingRuleset;
  /** Why; the applicant sees it beside NOT_ENTITLED (section 5.3). */
  readonly code:
    | 'FIRST_QUALIFICATION'
    | 'ONE_HELD'
    | 'BASIC_THEN_SECONDARY'
    | 'EXEMPT_BY_ACT'
    | 'QUALIFICATION_REQUIRED'
    | 'QUALIFICATION_ALREADY_HELD'
    | 'TWO_OR_MORE_HELD'
    | 'HIGHER_EDUCATION_STATE_PAID'
    | 'STUDIES_IN_SEVERAL_PROGRAMMES'
    | 'CONTINUING_ALREADY_USED';
}

/** A half-open period of days (YYYY-MM-DD); null is without limit. */
export interface RulesetPeriod {
  readonly from: string | null;
  readonly until: string | null;
  readonly ruleset: FundingRuleset;
}

/** R-ADM-09 [PP adm.vf.ruleset = MINISTRY_FAQ]. The statute's own edition is of 2020-06-15 [S6]. */
export const FUNDING_RULESETS: readonly RulesetPeriod[] = [{ from: null, until: null, ruleset: 'MINISTRY_FAQ' }];

export function fundingRulesetOn(day: string, table: readonly RulesetPeriod[] = FUNDING_RULESETS): FundingRuleset {
  const period = table.find((row) => (row.from === null || row.from <= day) && (row.until === null || day < row.until));
  if (period === undefined) throw new RangeError(`no funding ruleset is in force on ${day}`);
  return period.ruleset;
}

/** F-ADM-2: may this person compete for a state-funded place? A place paid privately (VNF) is open to all. */
export function fundingRight(kind: VetKind, facts: FundingFacts, ruleset: FundingRuleset): FundingRight {
  return { ...(ruleset === 'MINISTRY_FAQ' ? byMinistryFaq(kind, facts) : byArticle37(kind, facts)), ruleset };
}

type Finding = Pick<FundingRight, 'allowed' | 'code'>;
const yes = (code: FundingRight['code']): Finding => ({ allowed: true, code });
const no = (code: FundingRight['code']): Finding => ({ allowed: false, code });

function byMinistryFaq(kind: VetKind, { held }: FundingFacts): Finding {
  if (held.length >= 2) return no('TWO_OR_MORE_HELD');
  if (kind === 'INITIAL') return held.length === 0 ? yes('FIRST_QUALIFICATION') : no('QUALIFICATION_ALREADY_HELD');
  return held.length === 0 ? no('QUALIFICATION_REQUIRED') : yes('ONE_HELD');
}

/** Law VIII-450, article 37, edition of 2020-06-15, as far as F-ADM-2 relates it [S6]. */
function byArticle37(kind: VetKind, facts: FundingFacts): Finding {
  const { held } = facts;
  if (facts.exemptByAct === true) return yes('EXEMPT_BY_ACT');
  if (kind === 'INITIAL') return held.length === 0 ? yes('FIRST_QUALIFICATION') : no('QUALIFICATION_ALREADY_HELD');
  if (held.length === 0) return no('QUALIFICATION_REQUIRED');
  if (held.some((one) => one.mostCreditsStatePaid === true)) return no('HIGHER_EDUCATION_STATE_PAID');
  if (facts.studiesInSeveralProgrammes === true) return no('STUDIES_IN_SEVERAL_PROGRAMMES');
  if (held.some((one) => one.continuing === true)) return no('CONTINUING_ALREADY_USED');
  if (held.length === 1) return yes('ONE_HELD');
  return isBasicThenSecondary(held) ? yes('BASIC_THEN_SECONDARY') : no('TWO_OR_MORE_HELD');
}

function isBasicThenSecondary(held: readonly StatePaidQualification[]): boolean {
  const [first, second] = held;
  return (
    held.length === 2 &&
    first?.gainedWith === 'BASIC' &&
    second?.gainedWith === 'SECONDARY' &&
    second.directlyAfterPrevious === true
  );
}
