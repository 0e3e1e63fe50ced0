import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { updateRows } from '@meistras/platform/database/rows';
import { Clock } from '@meistras/platform/time/clock';
import { InvitationsService } from '../invitations/invitations.service.js';
import type { Place } from '../invitations/invitations.service.js';
import { StagesService } from '../stages/stages.service.js';
import { MatchingRun } from './matching-run.entity.js';
import { RunStore, undecided } from './run.store.js';

/**
 * Issues the invitations of a published run in short transactions: a long one would hold back every relay of the
 * cluster. How far it came commits with each chunk, so a publication broken off goes on and invites nobody twice.
 */
@Injectable()
export class RunPublisher {
  chunk = 5_000;

  constructor(
    private readonly dataSource: DataSource,
    private readonly stages: StagesService,
    private readonly invitations: InvitationsService,
    private readonly store: RunStore,
    private readonly clock: Clock,
  ) {}

  /** Issues the next chunk of the oldest publication. Returns 0 when there is none. */
  async next(): Promise<number> {
    const found = await this.dataSource.manager.findOne(MatchingRun, {
      where: { state: 'PUBLISHING' },
      order: { id: 'ASC' },
    });
    if (!found) return 0;
    await this.dataSource.transaction(async (tx) => {
      const stage = await this.stages.lock(tx, found.stageId, 'read');
      const run = await tx.findOneOrFail(MatchingRun, {
        where: { id: found.id },
        lock: { mode: 'pessimistic_write' },
      });
      if (run.state !== 'PUBLISHING') return;
      const places = await this.placesAfter(tx, run);
      await this.invitations.issue(tx, stage, run.id, places);
      run.publishedUpTo = places.at(-1)?.applicationId ?? run.publishedUpTo;
      Object.assign(run, { phase: 'PUBLISHING', done: run.done + places.length });
      if (places.length < this.chunk) await this.complete(tx, run);
      run.version += 1;
      await updateRows(tx, MatchingRun, [run]);
    });
    return 1;
  }

  private async complete(tx: EntityManager, run: MatchingRun): Promise<void> {
    const [row]: [{ issued: number }] = await tx.query(
      'SELECT count(*)::int AS issued FROM invitation WHERE run_id = $1',
      [run.id],
    );
    const held = await this.store.heldBy(tx, run.id);
    // P11: invitations match the result one to one, but for those held back.
    const places = (run.placed ?? 0) - held.places;
    if (row.issued !== places) throw new Error(`Run ${run.id}: ${row.issued} invitations for ${places} places.`);
    Object.assign(run, { state: 'PUBLISHED', publishedAt: run.publishedAt ?? this.clock.now(), phase: null });
  }

  private placesAfter(tx: EntityManager, run: MatchingRun): Promise<Place[]> {
    return tx.query(
      `SELECT p.application_id AS "applicationId", a.learner_id AS "learnerId", p.offering_id AS "offeringId",
         o.institution_id AS "institutionId", o.programme_id AS "programmeId", p.funding_type AS "fundingType", c.rank
       FROM placement p JOIN application a ON a.id = p.application_id JOIN offering o ON o.id = p.offering_id
         JOIN preference c ON c.application_id = p.application_id AND c.offering_id = p.offering_id
           AND c.funding_type = p.funding_type
       WHERE p.run_id = $1 AND ($2::uuid IS NULL OR p.application_id > $2)
         AND NOT EXISTS (SELECT 1 FROM ${undecided} AND q.run_id = p.run_id AND q.application_id = p.application_id)
         AND NOT EXISTS (SELECT 1 FROM invitation i WHERE i.application_id = p.application_id)
       ORDER BY p.application_id LIMIT $3`,
      [run.id, run.publishedUpTo, this.chunk],
    );
  }
}
