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
import type { PreparedRow } from './learners.bulk.js';
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
    const about = { id: this.ids.next(), openedAt: this.clock.now(), openedBy: null };
    await insertRows(tx, MatchReview, [
      newMatchReview([learnerId, holderId], { ...about, grounds: ['PERSONAL_CODE'] }),
    ]);
  }

  /**
   * The same for rows of an import, in the transaction of their slice: those with a protected person's code are stored as
   * whoever may not know of the person would have them.
   */
  async storeHiding(
    tx: EntityManager,
    rows: PreparedRow[],
    by: Actor,
    store: (rows: PreparedRow[]) => Promise<RowOutcome[]>,
  ): Promise<RowOutcome[]> {
    if (maySeeProtected(by)) return store(rows);
    await setReach(tx, null);
    const text = `SELECT personal_code_index AS index FROM learner WHERE personal_code_index = ANY($1::bytea[]) AND state = 'PROTECTED'`;
    const found: { index: Buffer }[] = await tx.query(text, [rows.flatMap(({ index }) => index ?? [])]);
    if (found.length === 0) return store(rows);
    const held = new Set(found.map(({ index }) => index.toString('latin1')));
    const hidden = rows.map(({ index }) => index !== null && held.has(index.toString('latin1')));
    const codeOf = ({ row }: PreparedRow): string => row.personalCode!;
    const shown = rows.map((each, at) =>
      hidden[at] ? { ...each, index: this.codes.indexesOf(codeOf(each))[1] } : each,
    );
    const outcomes = await store(shown);
    for (const [at, each] of shown.entries())
      if (hidden[at] && outcomes[at] === 'created') {
        const [{ id }]: [{ id: string }] = await tx.query('SELECT id FROM learner WHERE personal_code_index = $1', [
          each.index,
        ]);
        await this.openReview(tx, id, codeOf(each));
      }
    return outcomes;
  }

  private async holderOf(tx: EntityManager, code: string): Promise<string | undefined> {
    const text = `SELECT id FROM learner WHERE personal_code_index = $1 AND state = 'PROTECTED'`;
    const [holder]: { id: string }[] = await tx.query(text, [this.codes.indexOf(code)]);
    return holder?.id;
  }
}
