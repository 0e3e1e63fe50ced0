export const countedRegisters = ['INSTITUTIONS', 'LEARNER_ENTRIES', 'STAFF_POSTS'] as const;
export type CountedRegister = (typeof countedRegisters)[number];

/** What a figure counts. A dimension that the register has not, or whose value is not known, is null. */
export interface Cell {
  register: CountedRegister;
  institutionId: string | null;
  institutionType: string | null;
  /** Home municipality of learners; municipality of institutions. */
  municipalityCode: string | null;
  programmeCode: string | null;
  fieldCode: string | null;
  sex: string | null;
  ageGroup: string | null;
  position: string | null;
}

export interface Figure extends Cell {
  value: number;
}

/** The dimensions in the order of the canonical figures. */
export const dimensions = [
  'register',
  'institutionId',
  'institutionType',
  'municipalityCode',
  'programmeCode',
  'fieldCode',
  'sex',
  'ageGroup',
  'position',
] as const satisfies (keyof Cell)[];

/** A cell whose figure is another one now; 0 where there was or is none. */
export interface Difference extends Cell {
  frozen: number;
  now: number;
}

/** The dimensions of a figure alone. */
export const cellOf = (figure: Cell): Cell =>
  Object.fromEntries(dimensions.map((name) => [name, figure[name]])) as unknown as Cell;

/** The cells in which two countings differ, those of the frozen one first. Registers.md, section 8. */
export function differencesOf(frozen: readonly Figure[], now: readonly Figure[]): Difference[] {
  const current = new Map(now.map((figure) => [keyOf(figure), figure]));
  const known = new Set(frozen.map(keyOf));
  const changed = frozen.map((figure) => differenceOf(figure, figure.value, current.get(keyOf(figure))?.value ?? 0));
  const added = now
    .filter((figure) => !known.has(keyOf(figure)))
    .map((figure) => differenceOf(figure, 0, figure.value));
  return [...changed, ...added].filter((each) => each.frozen !== each.now);
}

const keyOf = (cell: Cell): string => JSON.stringify(dimensions.map((name) => cell[name]));
const differenceOf = (cell: Cell, frozen: number, now: number): Difference => ({ ...cellOf(cell), frozen, now });
