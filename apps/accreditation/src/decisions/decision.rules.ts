import type { Fault } from '@meistras/platform/errors/domain-error';

/** A half-open period of days, `[validFrom, validTo)`. */
export interface Period {
  validFrom: string;
  validTo?: string | null | undefined;
}

export function periodFaults({ validFrom, validTo }: Period): Fault[] {
  if (validTo === undefined || validTo === null || validTo > validFrom) return [];
  return [{ pointer: '/validTo', code: 'ENDS_BEFORE_START', message: 'The right must last at least one day.' }];
}

/** A revocation ends a right that there is: on its first day at the earliest, before it ends by itself at the latest. */
export function revocationFaults({ validFrom, validTo }: Period, effectiveOn: string): Fault[] {
  const fault = (message: string): Fault[] => [{ pointer: '/effectiveOn', code: 'OUTSIDE_PERIOD', message }];
  if (effectiveOn < validFrom) return fault(`The right begins on ${validFrom}.`);
  if (validTo !== undefined && validTo !== null && effectiveOn >= validTo)
    return fault(`The right ends on ${validTo}.`);
  return [];
}

/** What a decision says; two that say the same are one (its immutable facts, R-ACC-03). */
export interface DecisionFacts extends Period {
  actOn: string;
  documentHash: string;
}

/** The fields in which a row differs from the decision that has its act number already. */
export function differences(decision: DecisionFacts, row: DecisionFacts): Fault[] {
  return (['actOn', 'documentHash', 'validFrom', 'validTo'] as const)
    .filter((field) => (decision[field] ?? null) !== (row[field] ?? null))
    .map((field) => ({
      pointer: `/${field}`,
      code: 'DECISION_DIFFERS',
      message: 'The decision of this act is registered with another value and cannot be rewritten.',
    }));
}
