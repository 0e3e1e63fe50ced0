/** A figure about persons. */
export interface Cell {
  applicants: number;
  invited: number;
  agreements: number;
}

/** The same with what is too small left out. */
export type ShownCell = { [Name in keyof Cell]: number | null };

const names = ['applicants', 'invited', 'agreements'] as const;

/**
 * Hides every figure of fewer persons than `smallest`, but nothing. Where one figure of a column alone were hidden, anybody
 * could subtract it from a known total: the next smallest goes with it.
 */
export function withoutSmallCells(cells: readonly Cell[], smallest: number): ShownCell[] {
  const shown = cells.map((cell): ShownCell => ({ ...cell }));
  for (const name of names) {
    const small = shown.filter((cell) => isBetween(cell[name], 1, smallest - 1));
    for (const cell of small) cell[name] = null;
    if (small.length !== 1) continue;
    const [next] = shown
      .filter((cell) => isBetween(cell[name], 1, Infinity))
      .toSorted((a, b) => (a[name] ?? 0) - (b[name] ?? 0));
    if (next) next[name] = null;
  }
  return shown;
}

const isBetween = (value: number | null, least: number, most: number): boolean =>
  value !== null && value >= least && value <= most;
