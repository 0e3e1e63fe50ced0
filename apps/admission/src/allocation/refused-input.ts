/** One fault in an input; `path` names the place as in `applications[3].preferences[0].score`. */
export interface Fault {
  readonly path: string;
  readonly code: string;
}

/** Thrown with every fault at once, never only the first (section 8: "422 with all faults"). */
export class RefusedInput extends Error {
  constructor(
    readonly code: string,
    readonly faults: readonly Fault[],
  ) {
    super(`${code}: ${faults.map((fault) => `${fault.path} ${fault.code}`).join(', ')}`);
    this.name = 'RefusedInput';
  }
}

export function refuseIfAny(code: string, faults: readonly Fault[]): void {
  if (faults.length > 0) throw new RefusedInput(code, faults);
}

export const isWhole = (value: number, from: number, to: number): boolean =>
  Number.isInteger(value) && value >= from && value <= to;
