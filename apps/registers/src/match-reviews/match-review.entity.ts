import { Check, Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { PersonKind } from '../personal-data/person-kinds.js';
import type { MatchGround } from './match.rules.js';

export const matchReviewStates = ['OPEN', 'SAME_PERSON', 'DIFFERENT'] as const;
export type MatchReviewState = (typeof matchReviewStates)[number];

/** Two entries that may be of one person. Ids and grounds alone: who they are stands in the persons' rows. */
@Entity('match_review')
@Unique('match_review_pair', ['oneId', 'otherId'])
@Check('match_review_order', 'learner_id < other_id')
@Check('match_review_state', `state IN ('OPEN', 'SAME_PERSON', 'DIFFERENT')`)
@Check('match_review_about', `about IN ('LEARNER', 'STAFF_MEMBER')`)
@Index('match_review_in_state', ['state', 'id'])
@Index('match_review_of_other', ['otherId'])
export class MatchReview {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'match_review_pk' })
  id: string;

  @Column('integer')
  version: number;

  @Column('text', { default: 'LEARNER' })
  about: PersonKind;

  /** The one whose id is the smaller; the column is from when there were reviews of learners alone. */
  @Column('uuid', { name: 'learner_id' })
  oneId: string;

  @Column('uuid', { name: 'other_id' })
  otherId: string;

  /** 0 to 1; null for a review that was asked for. */
  @Column('double precision', { nullable: true })
  similarity: number | null;

  @Column('jsonb')
  grounds: MatchGround[];

  @Column('text')
  state: MatchReviewState;

  @Column('timestamptz', { name: 'opened_at' })
  openedAt: Date;

  /** The client that asked for it; null when the register found it. */
  @Column('text', { name: 'opened_by', nullable: true })
  openedBy: string | null;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt: Date | null;

  @Column('text', { name: 'decided_by', nullable: true })
  decidedBy: string | null;

  @Column('text', { nullable: true })
  reason: string | null;

  /** The one that was kept, of one person. */
  @Column('uuid', { name: 'survivor_id', nullable: true })
  survivorId: string | null;

  /** The personal code went over to the one that was kept. */
  @Column('boolean', { name: 'code_moved' })
  codeMoved: boolean;
}

/** A pair that is to be looked at. */
export function newMatchReview(
  pair: readonly string[],
  facts: Pick<MatchReview, 'id' | 'about' | 'openedAt' | 'openedBy' | 'grounds'>,
): MatchReview {
  const [oneId = '', otherId = ''] = pair.toSorted();
  return {
    ...{ version: 1, oneId, otherId, similarity: null, state: 'OPEN', decidedAt: null, decidedBy: null },
    ...{ reason: null, survivorId: null, codeMoved: false },
    ...facts,
  };
}

/** A birth date on which persons of a kind are still to be compared. */
@Entity('match_day')
@Index('match_day_of_birth', ['birthOn'])
export class MatchDay {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', primaryKeyConstraintName: 'match_day_pk' })
  id: string;

  @Column('text', { default: 'LEARNER' })
  about: PersonKind;

  @Column('date', { name: 'birth_on' })
  birthOn: string;
}
