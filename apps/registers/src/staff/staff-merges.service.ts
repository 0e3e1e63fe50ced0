import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { StaffMemberMergedV1, StaffMemberUnmergedV1 } from '@meistras/contracts/events/registers/staff-member';
import { insertRows, updateRows } from '@meistras/platform/database/rows';
import { conflict, missing } from '@meistras/platform/errors/domain-error';
import { Outbox } from '@meistras/platform/outbox/outbox';
import { Clock } from '@meistras/platform/time/clock';
import { PersonalCodes } from '../learners/personal-codes.js';
import type { Merge, Merges } from '../match-reviews/merges.js';
import { leadNoMore, leadOn, staffRedirects } from '../match-reviews/redirects.js';
import { places } from '../personal-data/places.js';
import { StaffMember } from './staff-member.entity.js';
import type { SealedCode } from './staff-persons.service.js';
import { StaffPostsService } from './staff-posts.service.js';
import { StaffRedirect } from './staff-redirect.entity.js';

const noCode: SealedCode = { personalCodeSealed: null, personalCodeIndex: null };

/**
 * The same for members of staff (R-REG-28). Posts go over to the one that is kept, since whose data an institution sees
 * follows from them; categories and development stay where they were said and are read with the one that is kept.
 */
@Injectable()
export class StaffMergesService implements Merges {
  constructor(
    private readonly codes: PersonalCodes,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly posts: StaffPostsService,
  ) {}

  async merge(tx: EntityManager, { loserId, survivorId, reviewId }: Merge): Promise<boolean> {
    const { loser, survivor } = await lockBoth(tx, loserId, survivorId, 'REGISTERED');
    if (await this.posts.heldAlike(tx, loserId, survivorId))
      throw conflict('staff-hold-alike', 'Both hold one position at one institution: end one of the posts first.');
    const codeMoves = survivor.personalCodeIndex === null && loser.personalCodeIndex !== null;
    const merged = this.next(loser, { state: 'MERGED', ...(codeMoves ? noCode : {}) });
    // The code leaves one before the other has it: it is unique.
    await updateRows(tx, StaffMember, [merged]);
    if (codeMoves) await updateRows(tx, StaffMember, [this.next(survivor, await this.moved(tx, loser, survivorId))]);
    const movedPostIds = await this.posts.moveAll(tx, loserId, survivorId);
    await insertRows(tx, StaffRedirect, [
      {
        ...{ staffMemberId: loserId, mergedIntoId: survivorId, survivorId },
        ...{ reviewId, mergedAt: this.clock.now(), movedPostIds },
      },
    ]);
    await leadOn(tx, staffRedirects, loserId, survivorId);
    const state = { staffMemberId: loserId, version: merged.version, mergedIntoId: survivorId };
    await this.outbox.add(tx, StaffMemberMergedV1, state);
    return codeMoves;
  }

  async unmerge(tx: EntityManager, { loserId, survivorId }: Merge, codeMoved: boolean): Promise<void> {
    const { loser, survivor } = await lockBoth(tx, loserId, survivorId, 'MERGED');
    const code = codeMoved ? await this.moved(tx, survivor, loserId) : {};
    const restored = this.next(loser, { state: 'REGISTERED', ...code });
    if (codeMoved) await updateRows(tx, StaffMember, [this.next(survivor, noCode)]);
    await updateRows(tx, StaffMember, [restored]);
    const { movedPostIds } = await tx.findOneByOrFail(StaffRedirect, { staffMemberId: loserId });
    await this.posts.move(tx, movedPostIds, { fromId: survivorId, toId: loserId });
    await leadNoMore(tx, staffRedirects, loserId);
    await this.outbox.add(tx, StaffMemberUnmergedV1, { staffMemberId: loserId, version: restored.version });
  }

  async registeredOf(tx: EntityManager, ids: string[]): Promise<string[]> {
    const rows: { id: string }[] = await tx.query(
      `SELECT id FROM staff_member WHERE id = ANY($1::uuid[]) AND state = 'REGISTERED'`,
      [ids],
    );
    return rows.map(({ id }) => id);
  }

  private next(member: StaffMember, facts: Partial<StaffMember>): StaffMember {
    return { ...member, ...facts, version: member.version + 1, recordedAt: this.clock.now() };
  }

  private async moved(tx: EntityManager, from: StaffMember, to: string): Promise<SealedCode> {
    const personalCodeSealed = await this.codes.move(tx, from, to, places.codeOfStaff);
    return { personalCodeSealed, personalCodeIndex: from.personalCodeIndex };
  }
}

async function lockBoth(
  tx: EntityManager,
  loserId: string,
  survivorId: string,
  loserIs: StaffMember['state'],
): Promise<{ loser: StaffMember; survivor: StaffMember }> {
  const rows = await tx
    .createQueryBuilder(StaffMember, 'm')
    .where('m.id = ANY(:ids)', { ids: [loserId, survivorId] })
    .orderBy('m.id')
    .setLock('pessimistic_write')
    .getMany();
  const [loser, survivor] = [loserId, survivorId].map((id) => rows.find((row) => row.id === id));
  if (!loser || !survivor) throw missing('staff-member');
  if (loser.state !== loserIs || survivor.state !== 'REGISTERED')
    throw conflict('staff-member-merged', 'One of them was merged into another member of staff.');
  return { loser, survivor };
}
