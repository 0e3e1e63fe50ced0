import type { EntityManager } from 'typeorm';
import type { DomainError } from '@meistras/platform/errors/domain-error';
import type { RedirectTable } from '../match-reviews/redirects.js';

/** A person as rows of old files may name them. */
export interface Named {
  givenName: string;
  familyName: string;
}

/** By what an erased person may be found in answers to requests and in refused rows: ids of what was answered, and names. */
export interface Traces {
  ids: string[];
  names: Named[];
}

/**
 * How persons of one kind are erased. The transaction must have the whole country's reach, and hold the entries: the one that
 * stands with those that were merged into it.
 */
export interface Erases {
  readonly table: 'learner' | 'staff_member';
  readonly redirects: RedirectTable;
  /**
   * SQL that answers for every entry by what it is kept: `id`, `state`, `since` when it is known, the last day on which
   * something `ended`, and whether something is still `open`.
   */
  readonly kept: string;
  /** Why nobody is erased of whom something is open. */
  inUse(): DomainError;
  /** Takes the person out of the entries and of what is kept beside them, and announces it. */
  takeOut(tx: EntityManager, ids: string[]): Promise<Traces>;
}
