/** A decision with half-open days. */
export interface Right {
  validFrom: string;
  validTo: string | null;
  state: 'GRANTED' | 'REVOKED';
}

/** R-REG-15: whether a decision covers a day. A revocation ends the right on its effective day; without one, at once. */
export function covers({ validFrom, validTo, state }: Right, day: string): boolean {
  if (state === 'REVOKED' && validTo === null) return false;
  return validFrom <= day && (validTo === null || day < validTo);
}

/** R-ADM-27 [PP adm.pool.key]: the funded pool of a programme is its broad field. */
export function poolCodeOf(fieldCode: string, digits: number): string {
  return fieldCode.slice(0, digits);
}
