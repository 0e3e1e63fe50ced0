import { setImmediate } from 'node:timers/promises';
import type { Fault } from '../errors/domain-error.js';
import type { AnyImportKind } from './import-kind.js';
import { parseLine } from './import-line.js';
import type { RawRow } from './import-line.js';
import type { Slice } from './import-stage.js';
import { readerOf } from './row-reader.js';
import type { RowReader } from './row-reader.js';

/** Rows that are read in one turn of the event loop: a millisecond or two, so that requests and the database are answered between them. */
const rowsOfTurn = 20;

/** Which rows of a slice: from the first one up to the second one, which is not read any more. */
export interface Range {
  from: number;
  to: number;
}

/** A refused row as a report shows it. */
export interface RefusedRow {
  line: number;
  row: RawRow['row'];
  faults: Fault[];
}

/** Rows that were read. */
export interface ReadRows {
  /** How many, the refused ones too. */
  count: number;
  refused: RefusedRow[];
  /** Places in the slice of those that were not refused. */
  places: number[];
  /** Those, as `apply` takes them. */
  packed: unknown;
}

/** Reads rows by the rules of a kind. Its class is compiled at the first use: by then all decorators have run. */
export class SliceReading {
  private reader: RowReader | undefined;

  constructor(private readonly kind: AnyImportKind) {}

  async read(slice: Slice, { from, to }: Range, now: Date): Promise<ReadRows> {
    const lines = linesOf(this.kind, slice).slice(from, to);
    const [refused, places, prepared]: [RefusedRow[], number[], object[]] = [[], [], []];
    for (let at = 0; at < lines.length; at += 1) {
      if (at > 0 && at % rowsOfTurn === 0) await setImmediate();
      const raw = parseLine(lines[at]!);
      const result = this.judge(raw, now);
      if (Array.isArray(result)) refused.push({ ...shownOf(this.kind, raw), faults: result as Fault[] });
      else {
        places.push(from + at);
        prepared.push(result);
      }
    }
    return { count: lines.length, refused, places, packed: this.kind.pack?.(prepared) ?? prepared };
  }

  /** Rows as a report shows them. */
  show(slice: Slice, places: number[]): Omit<RefusedRow, 'faults'>[] {
    if (places.length === 0) return [];
    const lines = linesOf(this.kind, slice);
    return places.map((place) => shownOf(this.kind, parseLine(lines[place] ?? '')));
  }

  private judge({ row, faults }: RawRow, now: Date): object | Fault[] {
    if (row === null) return faults ?? [];
    const read = (this.reader ??= readerOf(this.kind.row))(row);
    return Array.isArray(read) ? read : (this.kind.prepare?.(read, now) ?? read);
  }
}

function linesOf({ secrecy }: AnyImportKind, { block, place }: Slice): string[] {
  return (secrecy ? secrecy.open(block, place) : block).toString().split('\n');
}

function shownOf({ secrecy }: AnyImportKind, { line, row }: RawRow): Omit<RefusedRow, 'faults'> {
  if (!secrecy || row === null) return { line, row };
  const { columns, shown } = secrecy;
  const isShown = (name: string): boolean => (shown ? shown.includes(name) : !columns.includes(name));
  return { line, row: Object.fromEntries(Object.entries(row).filter(([name]) => isShown(name))) };
}
