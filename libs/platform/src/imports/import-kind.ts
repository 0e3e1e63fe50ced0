import type { EntityManager } from 'typeorm';
import type { Actor } from '../auth/actor.js';
import type { Fault } from '../errors/domain-error.js';

/** What became of a row: what it did, or why it was refused. */
export type RowOutcome = 'created' | 'updated' | 'unchanged' | Fault[];

/** How rows are read, all that takes computing and no database: done ahead, while the rows before are stored. */
export interface RowReading<Row extends object, Prepared extends object = Row, Packed = Prepared[]> {
  /** Class of a row; its validators are the row's rules. A CSV header names its properties. */
  row: new () => Row;
  /** For rows that no table may hold in clear. */
  secrecy?: Secrecy<keyof Row & string>;
  /** It throws nothing. */
  prepare?(row: Row, now: Date): Prepared;
  /** Prepared rows as `apply` takes them; of a kind that is read in threads, something cheaper to hand over than objects. */
  pack?(rows: Prepared[]): Packed;
}

/** Where threads find the reading of a kind, and what they are given for it. */
export interface ReadInThreads {
  /** URL of a compiled module that exports `readingOf(data)`. */
  module: string;
  /** Stays in this process: it may be secret. */
  data: unknown;
}

/** A kind of rows that a service takes in bulk. Registered by the feature that owns the rows. */
export interface ImportKind<Row extends object, Prepared extends object = Row, Packed = Prepared[]> extends RowReading<
  Row,
  Prepared,
  Packed
> {
  /** Value of `kind` in the request: the plural of the resource. */
  name: string;
  /** Scope that opens it. Imports are for clients that act nationally. */
  scope: string;
  /** Columns that a CSV must have. */
  required: (keyof Row & string)[];
  /** Columns that hold numbers; an empty cell is an absent value everywhere. */
  numbers: (keyof Row & string)[];
  /** For kinds of which millions of rows come; without it rows are read where everything else runs. */
  threads?: ReadInThreads | undefined;
  /**
   * Stores valid rows, found by their natural key, and announces what changed; answers for each row, in order.
   * Runs again for the same rows after a crash: a row that is there already is `unchanged`.
   */
  apply(tx: EntityManager, rows: Packed, by: Actor): Promise<RowOutcome[]>;
}

/** How rows wait to be judged, and what a report never shows of them. */
export interface Secrecy<Column extends string> {
  /** Left out of the rows in the report. */
  columns: Column[];
  /** Seals a block of rows; `place` names where it lies, and it opens nowhere else. */
  seal(block: Buffer, place: string): Buffer;
  open(sealed: Buffer, place: string): Buffer;
}

/** A reading whose row class is no longer known. */
export interface AnyReading {
  row: new () => object;
  secrecy?: Secrecy<string>;
  prepare?(row: object, now: Date): object;
  pack?(rows: object[]): unknown;
}

/** A kind whose row class is no longer known. */
export type AnyImportKind = AnyReading & Omit<ImportKind<never, never, never>, keyof AnyReading>;
