import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { LearnerChangedV1 } from '@meistras/contracts/events/registers/learner';
import type { Reading } from '@meistras/platform/access-log/reading';
import { updateRows } from '@meistras/platform/database/rows';
import { Outbox } from '@meistras/platform/outbox/outbox';
import { holdLearners } from './learner-lock.js';
import { Learner } from './learner.entity.js';
import { learnerStateOf } from './learners.dto.js';
import { LearnersService } from './learners.service.js';

/** Learners who go from one institution to another. */
@Injectable()
export class LearnerMovesService {
  constructor(
    private readonly learners: LearnersService,
    private readonly outbox: Outbox,
  ) {}

  /** The learner of a personal code, and whether it is within the caller's reach. Leaves an access record either way. */
  find(personalCode: string, reading: Reading): Promise<{ id: string; near: boolean }> {
    return this.learners.find(personalCode, reading);
  }

  /** Holds learners to the end of the transaction. Needs the whole country's reach. */
  hold(tx: EntityManager, ids: string[]): Promise<Learner[]> {
    return holdLearners(tx, ids);
  }

  /** Gives a learner who is held to another institution. */
  async move(tx: EntityManager, learner: Learner, institutionId: string): Promise<void> {
    const moved: Learner = { ...learner, institutionId, version: learner.version + 1 };
    await updateRows(tx, Learner, [moved]);
    await this.outbox.add(tx, LearnerChangedV1, learnerStateOf(moved));
  }
}
