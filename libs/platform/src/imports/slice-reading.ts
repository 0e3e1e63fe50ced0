import type { Fault } from '../errors/domain-error.js';
import type { AnyReading } from './import-kind.js';
import { parseLine } from './import-line.js';
import type { RawRow } from './import-line.js';
import { readerOf } from './row-reader.js';
import type { RowReader } from './row-reader.js';

/** Rows of a slice to be read, as they wait in the database. */
export interface StagedRows {
  /** The lines of the slice (import-line.ts), sealed if the kind has secrets. */
  block: Uint8Array;
  /** Where the slice lies, for opening it. */
  place: string;
  /** Which of its rows: from the first one up to the second one, which is not read any more. */
  from: number;
  to: number;
  now: Date;
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

  constructor(private readonly kind: AnyReading) {}

  read({ block, place, from, to, now }: StagedRows): ReadRows {
    const read = (this.reader ??= readerOf(this.kind.row));
    const refused: RefusedRow[] = [];
    const places: number[] = [];
    const prepared: object[] = [];
    const lines = linesOf(this.kind, block, place).slice(from, to);
    lines.forEach((text, at) => {
      const raw = parseLine(text);
      const result = raw.row === null ? (raw.faults ?? []) : read(raw.row);
      if (Array.isArray(result)) {
        refused.push({ ...shownOf(this.kind, raw), faults: result as Fault[] });
        return;
      }
      places.push(from + at);
      prepared.push(this.kind.prepare?.(result, now) ?? result);
    });
    return { count: lines.length, refused, places, packed: this.kind.pack?.(prepared) ?? prepared };
  }

  /** A row as a report shows it. */
  show({ block, place }: Pick<StagedRows, 'block' | 'place'>, at: number): Omit<RefusedRow, 'faults'> {
    return shownOf(this.kind, parseLine(linesOf(this.kind, block, place)[at] ?? ''));
  }
}

function linesOf({ secrecy }: AnyReading, block: Uint8Array, place: string): string[] {
  // What comes from another thread is no Buffer any more.
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  return (secrecy ? secrecy.open(bytes, place) : bytes).toString().split('\n');
}

function shownOf({ secrecy }: AnyReading, { line, row }: RawRow): Omit<RefusedRow, 'faults'> {
  if (!secrecy || row === null) return { line, row };
  const shown = Object.entries(row).filter(([name]) => !secrecy.columns.includes(name));
  return { line, row: Object.fromEntries(shown) };
}
