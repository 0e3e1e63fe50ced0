import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { LearnerChangedV1, LearnerMergedV1, LearnerUnmergedV1 } from '@meistras/contracts/events/registers/learner';
import { insertRows, updateRows } from '@meistras/platform/database/rows';
import { conflict, missing } from '@meistras/platform/errors/domain-error';
import { announce, Outbox } from '@meistras/platform/outbox/outbox';
import { Clock } from '@meistras/platform/time/clock';
import type { Terms } from '../register/periods.js';
import { Registers } from '../register/registers.js';
import { EnrolmentsService } from '../enrolments/enrolments.service.js';
import { PersonKeys } from '../personal-data/person-keys.service.js';
import { places } from '../personal-data/places.js';
import { holdLearners } from './learner-lock.js';
import { LearnerRedirect } from './learner-redirect.entity.js';
import { erased } from './learner-codes.service.js';
import type { Sealed } from './learner-codes.service.js';
import { Learner } from './learner.entity.js';
import { learnerStateOf } from './learners.dto.js';
import { registeredLearner } from './learners.service.js';
import { PersonalCodes } from './personal-codes.js';

/** Two learners of whom one is to lead to the other. */
export interface Merge {
  loserId: string;
  survivorId: string;
  reviewId: string;
  /** Who decided it, and why. */
  terms: Terms;
}

/**
 * Makes two entries of one person one, and two again (R-REG-28). Both ids stay: the one that is merged leads to the one
 * that is kept. The transaction must have the whole country's reach.
 */
@Injectable()
export class LearnerMergesService {
  constructor(
    private readonly codes: PersonalCodes,
    private readonly keys: PersonKeys,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly enrolments: EnrolmentsService,
    private readonly registers: Registers,
  ) {}

  /** Answers whether the personal code went over to the one that is kept. */
  async merge(tx: EntityManager, { loserId, survivorId, reviewId, terms }: Merge): Promise<boolean> {
    const { loser, survivor } = await lockBoth(tx, loserId, survivorId, 'REGISTERED');
    if (await this.enrolments.studyAlike(tx, loserId, survivorId))
      throw conflict('learners-study-alike', 'Both are enrolled in one programme: end one of the enrolments first.');
    const codeMoves = survivor.personalCodeIndex === null && loser.personalCodeIndex !== null;
    const merged: Learner = { ...loser, state: 'MERGED', ...(codeMoves ? noCode : {}), version: loser.version + 1 };
    // The code leaves one before the other has it: it is unique.
    await updateRows(tx, Learner, [merged]);
    const kept = await this.keep(tx, survivor, terms, codeMoves ? await this.reseal(tx, loser, survivorId) : undefined);
    await insertRows(tx, LearnerRedirect, [
      {
        ...{ learnerId: loserId, mergedIntoId: survivorId, survivorId },
        ...{ institutionId: loser.institutionId, reviewId, mergedAt: this.clock.now() },
      },
    ]);
    await tx.query('UPDATE learner_redirect SET survivor_id = $2 WHERE survivor_id = $1', [loserId, survivorId]);
    await this.outbox.addAll(tx, [
      announce(LearnerMergedV1, { ...learnerStateOf(merged), mergedIntoId: survivorId }),
      announce(LearnerChangedV1, learnerStateOf(kept)),
    ]);
    return codeMoves;
  }

  /** Takes them apart: the code goes back, and so do those that had been merged into the loser before. */
  async unmerge(tx: EntityManager, { loserId, survivorId, terms }: Merge, codeMoved: boolean): Promise<void> {
    const { loser, survivor } = await lockBoth(tx, loserId, survivorId, 'MERGED');
    const code = codeMoved ? await this.reseal(tx, survivor, loserId) : {};
    const restored: Learner = { ...loser, ...code, state: 'REGISTERED', version: loser.version + 1 };
    const kept = await this.keep(tx, survivor, terms, codeMoved ? noCode : undefined);
    await updateRows(tx, Learner, [restored]);
    await tx.query('DELETE FROM learner_redirect WHERE learner_id = $1', [loserId]);
    await tx.query(
      `WITH RECURSIVE led AS (
         SELECT learner_id FROM learner_redirect WHERE merged_into_id = $1
         UNION ALL SELECT r.learner_id FROM learner_redirect r JOIN led ON r.merged_into_id = led.learner_id)
       UPDATE learner_redirect SET survivor_id = $1 WHERE learner_id IN (SELECT learner_id FROM led)`,
      [loserId],
    );
    await this.outbox.addAll(tx, [
      announce(LearnerUnmergedV1, learnerStateOf(restored)),
      announce(LearnerChangedV1, learnerStateOf(kept)),
    ]);
  }

  /** The one that is kept, in its next version; a code that comes or goes makes another person of it from today on. */
  private async keep(tx: EntityManager, survivor: Learner, terms: Terms, code: Sealed | undefined): Promise<Learner> {
    const facts = code ? { possiblyForeign: code.personalCodeIndex === null } : {};
    const change = { entry: survivor, facts, terms, timeless: code ?? {} };
    const [kept = survivor] = await this.registers.periods.change(tx, registeredLearner, [change]);
    return kept;
  }

  /** A sealed code is bound to its row, and opens by the key of its person alone. */
  private async reseal(tx: EntityManager, from: Learner, to: string): Promise<Sealed> {
    const keys = await this.keys.hold(tx, [from.id, to]);
    const sealed = from.personalCodeSealed;
    const code = sealed && this.codes.open(sealed, places.codeOfLearner(from.id), keys.get(from.id));
    const key = keys.get(to);
    if (!code || !key) throw erased();
    const personalCodeSealed = this.codes.seal(code, places.codeOfLearner(to), key);
    return { personalCodeSealed, personalCodeIndex: from.personalCodeIndex };
  }
}

const noCode: Sealed = { personalCodeSealed: null, personalCodeIndex: null };

async function lockBoth(
  tx: EntityManager,
  loserId: string,
  survivorId: string,
  loserIs: Learner['state'],
): Promise<{ loser: Learner; survivor: Learner }> {
  const rows = await holdLearners(tx, [loserId, survivorId]);
  const [loser, survivor] = [loserId, survivorId].map((id) => rows.find((row) => row.id === id));
  if (!loser || !survivor) throw missing('learner');
  if (loser.state !== loserIs || survivor.state !== 'REGISTERED')
    throw conflict('learner-merged', 'One of them was merged into another learner.');
  return { loser, survivor };
}
