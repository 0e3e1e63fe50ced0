import type { EntityManager } from 'typeorm';
import { Learner } from './learner.entity.js';

/** Holds learners to the end of the transaction, in the order of their ids, so that two that hold the same wait. */
export function holdLearners(tx: EntityManager, ids: string[]): Promise<Learner[]> {
  return tx
    .createQueryBuilder(Learner, 'l')
    .where('l.id = ANY(:ids)', { ids })
    .orderBy('l.id')
    .setLock('pessimistic_write')
    .getMany();
}
