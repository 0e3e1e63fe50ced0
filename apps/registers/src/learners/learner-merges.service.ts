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
import type { Merge, Merges } from '../match-reviews/merges.js';
import { leadNoMore, leadOn, learnerRedirects } from '../match-reviews/redirects.js';
import { places } from '../personal-data/places.js';
import { holdLearners } from './learner-lock.js';
import { LearnerRedirect } from './learner-redirect.entity.js';
import type { Sealed } from './learner-codes.service.js';
import { Learner } from './learner.entity.js';
import { learnerStateOf } from './learners.dto.js';
import { registeredLearner } from './learners.service.js';
import { PersonalCodes } from './personal-codes.js';

/** Learners made one, and two again. */
@Injectable()
export class LearnerMergesService implements Merges {
  constructor(
    private readonly codes: PersonalCodes,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly enrolments: EnrolmentsService,
    private readonly registers: Registers,
  ) {}

  async merge(tx: EntityManager, { loserId, survivorId, reviewId, terms }: Merge): Promise<boolean> {
    const { loser, survivor } = await lockBoth(tx, loserId, survivorId, 'REGISTERED');
    if (await this.enrolments.studyAlike(tx, loserId, survivorId))
      throw conflict('learners-study-alike', 'Both are enrolled in one programme: end one of the enrolments first.');
    const codeMoves = survivor.personalCodeIndex === null && loser.personalCodeIndex !== null;
    const merged: Learner = { ...loser, state: 'MERGED', ...(codeMoves ? noCode : {}), version: loser.version + 1 };
    // The code leaves one before the other has it: it is unique.
    await updateRows(tx, Learner, [merged]);
    const kept = await this.keep(tx, survivor, terms, codeMoves ? await this.moved(tx, loser, survivorId) : undefined);
    await insertRows(tx, LearnerRedirect, [
      {
        ...{ learnerId: loserId, mergedIntoId: survivorId, survivorId },
        ...{ institutionId: loser.institutionId, reviewId, mergedAt: this.clock.now() },
      },
    ]);
    await leadOn(tx, learnerRedirects, loserId, survivorId);
    await this.outbox.addAll(tx, [
      announce(LearnerMergedV1, { ...learnerStateOf(merged), mergedIntoId: survivorId }),
      announce(LearnerChangedV1, learnerStateOf(kept)),
    ]);
    return codeMoves;
  }

  async unmerge(tx: EntityManager, { loserId, survivorId, terms }: Merge, codeMoved: boolean): Promise<void> {
    const { loser, survivor } = await lockBoth(tx, loserId, survivorId, 'MERGED');
    const code = codeMoved ? await this.moved(tx, survivor, loserId) : {};
    const restored: Learner = { ...loser, ...code, state: 'REGISTERED', version: loser.version + 1 };
    const kept = await this.keep(tx, survivor, terms, codeMoved ? noCode : undefined);
    await updateRows(tx, Learner, [restored]);
    await leadNoMore(tx, learnerRedirects, loserId);
    await this.outbox.addAll(tx, [
      announce(LearnerUnmergedV1, learnerStateOf(restored)),
      announce(LearnerChangedV1, learnerStateOf(kept)),
    ]);
  }

  async registeredOf(tx: EntityManager, ids: string[]): Promise<string[]> {
    const text = `SELECT id FROM learner WHERE id = ANY($1::uuid[]) AND state = 'REGISTERED'`;
    const rows: { id: string }[] = await tx.query(text, [ids]);
    return rows.map(({ id }) => id);
  }

  /** The one that is kept, in its next version; a code that comes or goes makes another person of it from today on. */
  private async keep(tx: EntityManager, survivor: Learner, terms: Terms, code: Sealed | undefined): Promise<Learner> {
    const facts = code ? { possiblyForeign: code.personalCodeIndex === null } : {};
    const change = { entry: survivor, facts, terms, timeless: code ?? {} };
    const [kept = survivor] = await this.registers.periods.change(tx, registeredLearner, [change]);
    return kept;
  }

  private async moved(tx: EntityManager, from: Learner, to: string): Promise<Sealed> {
    const personalCodeSealed = await this.codes.move(tx, from, to, places.codeOfLearner);
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
