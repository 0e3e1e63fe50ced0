import type { EntityManager } from 'typeorm';
import type { Terms } from '../register/periods.js';

/** Two entries of whom one is to lead to the other. */
export interface Merge {
  loserId: string;
  survivorId: string;
  reviewId: string;
  /** Who decided it, and why. */
  terms: Terms;
}

/**
 * How entries of one kind of persons are made one, and two again (R-REG-28). Both ids stay: the one that is merged leads to
 * the one that is kept. The transaction must have the whole country's reach.
 */
export interface Merges {
  /** Answers whether the personal code went over to the one that is kept. */
  merge(tx: EntityManager, merge: Merge): Promise<boolean>;
  /** Takes them apart: the code goes back, and so do those that had been merged into the loser before. */
  unmerge(tx: EntityManager, merge: Merge, codeMoved: boolean): Promise<void>;
  /** Those of these that stand for themselves. */
  registeredOf(tx: EntityManager, ids: string[]): Promise<string[]>;
}
