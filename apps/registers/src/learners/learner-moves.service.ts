import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { LearnerChangedV1 } from '@meistras/contracts/events/registers/learner';
import { AccessTrail } from '@meistras/platform/access-log/access-trail';
import type { Reading } from '@meistras/platform/access-log/reading';
import { ReachedReads } from '@meistras/platform/database/reach';
import { updateRows } from '@meistras/platform/database/rows';
import { missing } from '@meistras/platform/errors/domain-error';
import { Outbox } from '@meistras/platform/outbox/outbox';
import { Learner } from './learner.entity.js';
import { learnerStateOf } from './learners.dto.js';
import { LearnerQueries } from './learners.queries.js';
import { PersonalCodes } from './personal-codes.js';

/** Learners who go from one institution to another. */
@Injectable()
export class LearnerMovesService {
  private readonly queries: LearnerQueries;

  constructor(
    dataSource: DataSource,
    private readonly rows: ReachedReads,
    private readonly trail: AccessTrail,
    private readonly codes: PersonalCodes,
    private readonly outbox: Outbox,
  ) {
    this.queries = new LearnerQueries(dataSource);
  }

  /** The learner of a personal code, and whether it is within the caller's reach. Leaves an access record either way. */
  async find(personalCode: string, reading: Reading): Promise<{ id: string; near: boolean }> {
    const index = this.codes.indexOf(personalCode);
    const question = this.queries.byCode(index, reading.institutions, this.trail.valuesOfOne(reading));
    const [found] = await this.rows.rows<{ id: string; near: boolean }>(null, ...question);
    if (!found) throw missing('learner');
    return found;
  }

  /** Holds learners to the end of the transaction, in the order of their ids. Needs the whole country's reach. */
  async hold(tx: EntityManager, ids: string[]): Promise<Learner[]> {
    return tx
      .createQueryBuilder(Learner, 'l')
      .where('l.id = ANY(:ids)', { ids })
      .orderBy('l.id')
      .setLock('pessimistic_write')
      .getMany();
  }

  /** Gives a learner who is held to another institution. */
  async move(tx: EntityManager, learner: Learner, institutionId: string): Promise<void> {
    const moved: Learner = { ...learner, institutionId, version: learner.version + 1 };
    await updateRows(tx, Learner, [moved]);
    await this.outbox.add(tx, LearnerChangedV1, learnerStateOf(moved));
  }
}
