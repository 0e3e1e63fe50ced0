import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Actor } from '@meistras/platform/auth/actor';
import { setReach } from '@meistras/platform/database/reach';
import { insertRows, violates } from '@meistras/platform/database/rows';
import type { RowOutcome } from '@meistras/platform/imports/import-kind';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { MatchReview, newMatchReview } from '../match-reviews/match-review.entity.js';
import { maySeeProtected } from './learner-reach.js';
import { byteaOf } from './learners.reading.js';
import type { PreparedLearners } from './learners.reading.js';
import { PersonalCodes } from './personal-codes.js';

/**
 * R-REG-32: that a personal code is a protected person's must not show by a refusal. Whoever states it without being allowed
 * to know of the person is answered as for a code that nobody has: the entry stands beside the protected one, under another
 * hash of the code, and those who may know find a review of both.
 */
@Injectable()
export class ProtectedCodesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly codes: PersonalCodes,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Whether a write failed for nothing but a protected person's holding the code, of whom the caller may not know. */
  async mustHide(error: unknown, code: string | undefined, by: Actor): Promise<boolean> {
    if (code === undefined || maySeeProtected(by) || !violates(error, 'learner_personal_code_taken')) return false;
    return this.dataSource.transaction(async (tx) => {
      await setReach(tx, null);
      return (await this.holderOf(tx, code)) !== undefined;
    });
  }

  /** Has an entry that stands beside a protected one reviewed. */
  async openReview(tx: EntityManager, learnerId: string, code: string): Promise<void> {
    const holderId = await this.holderOf(tx, code);
    // The protection ended meanwhile: the register finds the two by itself.
    if (holderId === undefined) return;
    const facts = { id: this.ids.next(), openedAt: this.clock.now(), openedBy: null };
    await insertRows(tx, MatchReview, [
      newMatchReview([learnerId, holderId], { ...facts, about: 'LEARNER', grounds: ['PERSONAL_CODE'] }),
    ]);
  }

  /**
   * The same for rows of an import, in the transaction of their slice: those with a protected person's code are stored as
   * whoever may not know of the person would have them.
   */
  async storeHiding(
    tx: EntityManager,
    groups: PreparedLearners[],
    by: Actor,
    store: (groups: PreparedLearners[]) => Promise<RowOutcome[]>,
  ): Promise<RowOutcome[]> {
    if (maySeeProtected(by)) return store(groups);
    await setReach(tx, null);
    const stated = groups.flatMap(({ columns }) => columns.personalCodeIndex.filter((index) => index !== null));
    const found: { index: Buffer }[] = await tx.query(
      `SELECT personal_code_index AS index FROM learner WHERE personal_code_index = ANY($1::bytea[]) AND state = 'PROTECTED'`,
      [stated],
    );
    if (found.length === 0) return store(groups);
    const held = new Set(found.map(({ index }) => byteaOf(index)));
    const hidden: { place: number; code: string; beside: Buffer }[] = [];
    const shown = groups.map(({ at, columns }) => ({
      at,
      columns: {
        ...columns,
        personalCodeIndex: columns.personalCodeIndex.map((index, i) => {
          const code = columns.personalCode[i];
          if (index === null || code == null || !held.has(index)) return index;
          const [, beside] = this.codes.indexesOf(code);
          hidden.push({ place: at[i]!, code, beside });
          return byteaOf(beside);
        }),
      },
    }));
    const outcomes = await store(shown);
    for (const { place, code, beside } of hidden) {
      if (outcomes[place] !== 'created') continue;
      const text = 'SELECT id FROM learner WHERE personal_code_index = $1';
      const [learner]: { id: string }[] = await tx.query(text, [beside]);
      if (learner) await this.openReview(tx, learner.id, code);
    }
    return outcomes;
  }

  private async holderOf(tx: EntityManager, code: string): Promise<string | undefined> {
    const text = `SELECT id FROM learner WHERE personal_code_index = $1 AND state = 'PROTECTED'`;
    const [holder]: { id: string }[] = await tx.query(text, [this.codes.indexOf(code)]);
    return holder?.id;
  }
}
