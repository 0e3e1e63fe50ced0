/** Marks of the practical part that pass [PP lr.practical.pass = 4] (R-LR-24), dated as every legal number. */
const passMarks = [{ validFrom: '1900-01-01', mark: 4, legalBasis: 'PP lr.practical.pass' }];

/** Whether a mark from 1 to 10 passes, by the rule in force on the deciding day. */
export function passes(mark: number, decidedOn: string): boolean {
  const rule = passMarks.findLast(({ validFrom }) => validFrom <= decidedOn);
  return rule !== undefined && mark >= rule.mark;
}
