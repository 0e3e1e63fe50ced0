import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { updateRows } from '@meistras/platform/database/rows';
import { Outbox } from '@meistras/platform/outbox/outbox';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { InvitationsService } from '../invitations/invitations.service.js';
import { StagesService } from '../stages/stages.service.js';
import { MatchingRun } from './matching-run.entity.js';
import { issueNext } from './publication.queries.js';
import { RunStore } from './run.store.js';

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
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly ids: Ids,
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
      const issued = await issueNext(tx, {
        ...{ stage, runId: run.id, after: run.publishedUpTo, now: this.clock.now() },
        ...{ ids: this.freshIds(), eventIds: this.freshIds(), signBy: this.invitations.signBy(stage) },
      });
      run.publishedUpTo = issued.last ?? run.publishedUpTo;
      Object.assign(run, { phase: 'PUBLISHING', done: run.done + issued.count });
      if (issued.places < this.chunk) await this.complete(tx, run);
      run.version += 1;
      await updateRows(tx, MatchingRun, [run]);
    });
    this.outbox.committed();
    return 1;
  }

  private freshIds(): string[] {
    return Array.from({ length: this.chunk }, () => this.ids.next());
  }

  private async complete(tx: EntityManager, run: MatchingRun): Promise<void> {
    const [row]: [{ issued: number }] = await tx.query(
      'SELECT count(*)::int AS issued FROM invitation WHERE run_id = $1 AND NOT over_capacity',
      [run.id],
    );
    const held = await this.store.heldBy(tx, run.id);
    // P11: invitations match the result one to one, but for those held back.
    const places = (run.placed ?? 0) - held.places;
    if (row.issued !== places) throw new Error(`Run ${run.id}: ${row.issued} invitations for ${places} places.`);
    Object.assign(run, { state: 'PUBLISHED', publishedAt: run.publishedAt ?? this.clock.now(), phase: null });
  }
}
