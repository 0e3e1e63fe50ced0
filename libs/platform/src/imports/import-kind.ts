import type { EntityManager } from 'typeorm';
import type { Actor } from '../auth/actor.js';
import type { Fault } from '../errors/domain-error.js';

/** What became of a row: what it did, or why it was refused. */
export type RowOutcome = 'created' | 'updated' | 'unchanged' | Fault[];

/** A kind of rows that a service takes in bulk. Registered by the feature that owns the rows. */
export interface ImportKind<Row extends object, Prepared extends object = Row, Packed = Prepared[]> {
  /** Value of `kind` in the request: the plural of the resource. */
  name: string;
  /** Scope that opens it. Imports are for clients that act nationally. */
  scope: string;
  /** Class of a row; its validators are the row's rules. A CSV header names its properties. */
  row: new () => Row;
  /** Columns that a CSV must have. */
  required: (keyof Row & string)[];
  /** Columns that hold numbers; an empty cell is an absent value everywhere. */
  numbers: (keyof Row & string)[];
  /** For rows that no table may hold in clear. */
  secrecy?: Secrecy<keyof Row & string>;
  /**
   * What takes computing and no database: done ahead, while the rows before are stored. Refuses by answering faults; it
   * throws nothing.
   */
  prepare?(row: Row, now: Date): Prepared | Fault[];
  /** Prepared rows as `apply` takes them, also ahead: of a kind of which millions come, the columns of a statement. */
  pack?(rows: Prepared[]): Packed;
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
  /** The only ones that the report shows of a row, whatever else it has; without it all but `columns`. */
  shown?: readonly Column[];
  /** Seals a block of rows; `place` names where it lies, and it opens nowhere else. */
  seal(block: Buffer, place: string): Buffer;
  open(sealed: Buffer, place: string): Buffer;
}

/** A kind whose row class is no longer known. */
export interface AnyImportKind extends Omit<
  ImportKind<never, never, never>,
  'row' | 'secrecy' | 'prepare' | 'pack' | 'required' | 'numbers'
> {
  row: new () => object;
  required: string[];
  numbers: string[];
  secrecy?: Secrecy<string>;
  prepare?(row: object, now: Date): object;
  pack?(rows: object[]): unknown;
}
