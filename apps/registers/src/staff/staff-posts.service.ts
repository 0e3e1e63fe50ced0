import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import {
  StaffPostChangedV1,
  StaffPostEndedV1,
  StaffPostStartedV1,
} from '@meistras/contracts/events/registers/staff-post';
import type { Reading } from '@meistras/platform/access-log/reading';
import type { Actor } from '@meistras/platform/auth/actor';
import { setReach } from '@meistras/platform/database/reach';
import { updateRows, violates } from '@meistras/platform/database/rows';
import { conflict, invalid } from '@meistras/platform/errors/domain-error';
import type { Fault } from '@meistras/platform/errors/domain-error';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import type { RowOutcome } from '@meistras/platform/imports/import-kind';
import { announce, Outbox } from '@meistras/platform/outbox/outbox';
import { Clock } from '@meistras/platform/time/clock';
import type { PersonExport } from '../personal-data/person-exports.service.js';
import { PoliciesService } from '../policies/policies.service.js';
import type { By } from '../register/by.js';
import { toHistoryDto } from '../register/history.js';
import type { RegisterEntry } from '../register/register-entry.js';
import type { HistoryDto } from '../register/register.dto.js';
import type { Facts, Register } from '../register/register.js';
import { Registers } from '../register/registers.js';
import { StaffMembersService } from './staff-members.service.js';
import { StaffPersonsService } from './staff-persons.service.js';
import { StaffPost } from './staff-post.entity.js';
import { toStaffPostDto } from './staff-posts.dto.js';
import type { EndStaffPostDto, RegisterStaffPostDto, StaffPostDto, StaffPostFactsDto } from './staff-posts.dto.js';
import { exportedPosts } from './staff.queries.js';
import { shareFaults } from './staff.rules.js';

/** A post as it is stated, with the person found. */
type PostRow = RegisterStaffPostDto & { staffMemberId: string };

@Injectable()
export class StaffPostsService {
  private readonly posts: Register<StaffPost, PostRow>;

  constructor(
    registers: Registers,
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
    private readonly policies: PoliciesService,
    private readonly persons: StaffPersonsService,
    private readonly members: StaffMembersService,
    private readonly outbox: Outbox,
  ) {
    this.posts = registers.open<StaffPost, PostRow>({
      thing: 'staff-post',
      entity: StaffPost,
      key: ['staffMemberId', 'institutionId', 'position'],
      keyTaken: 'staff_post_taken',
      // One that has ended is of the past: the same person may take the position again.
      open: `e.state = 'ACTIVE'`,
      firstState: 'ACTIVE',
      judge: async (tx, rows) => Promise.all(rows.map((row) => this.judge(tx, row))),
      announceNew: (post) => announce(StaffPostStartedV1, stateOf(post)),
      announceChange: (_, post) =>
        announce(post.state === 'ENDED' ? StaffPostEndedV1 : StaffPostChangedV1, stateOf(post)),
    });
  }

  /** Registers a post, and the person unless one with this personal code is registered. */
  register(dto: RegisterStaffPostDto, reading: Reading, once: WriteOnce): Promise<StaffPostDto> {
    const work = this.idempotency.run(once, async (tx) => {
      const staffMemberId = await this.persons.findOrRegister(tx, dto, reading);
      return toStaffPostDto(await this.posts.add(tx, { ...dto, staffMemberId }, reading.by.clientId));
    });
    return work.catch((error: unknown) => {
      if (!violates(error, 'staff_post_institution')) throw error;
      const fault = { pointer: '/institutionId', code: 'UNKNOWN', message: 'No such institution.' };
      throw invalid('invalid-input', 'The body has faults.', [fault]);
    });
  }

  /** Rows of an import; answers what became of each, in order. */
  storeAll(tx: EntityManager, rows: PostRow[], provider: string): Promise<RowOutcome[]> {
    return this.posts.storeAll(tx, rows, provider);
  }

  async change(id: string, dto: StaffPostFactsDto, by: By): Promise<StaffPostDto> {
    return toStaffPostDto(await this.posts.change(id, dto, { ...by, mayChange: mustReach(by.actor) }));
  }

  /** Whether both hold one position at one institution: then there would be two posts of one key. */
  async heldAlike(tx: EntityManager, oneId: string, otherId: string): Promise<boolean> {
    const found: unknown[] = await tx.query(
      `SELECT FROM staff_post a JOIN staff_post b USING (institution_id, position)
       WHERE a.staff_member_id = $1 AND b.staff_member_id = $2 AND a.state = 'ACTIVE' AND b.state = 'ACTIVE' LIMIT 1`,
      [oneId, otherId],
    );
    return found.length > 0;
  }

  /** All posts of one person become another's, who is the same; answers which. Each is announced as changed. */
  async moveAll(tx: EntityManager, fromId: string, toId: string): Promise<string[]> {
    const ids: { id: string }[] = await tx.query('SELECT id FROM staff_post WHERE staff_member_id = $1', [fromId]);
    return this.move(
      tx,
      ids.map(({ id }) => id),
      { fromId, toId },
    );
  }

  /** These posts of one person become another's, as far as they still are that one's. Whose they are has no periods. */
  async move(tx: EntityManager, ids: string[], { fromId, toId }: { fromId: string; toId: string }): Promise<string[]> {
    const held = await tx
      .createQueryBuilder(StaffPost, 'p')
      .where('p.id = ANY(:ids) AND p.staff_member_id = :fromId', { ids, fromId })
      .orderBy('p.id')
      .setLock('pessimistic_write')
      .getMany();
    const moved = held.map((post): StaffPost => ({ ...post, staffMemberId: toId, version: post.version + 1 }));
    await updateRows(tx, StaffPost, moved);
    const movedIds = moved.map(({ id }) => id);
    await tx.query(
      `UPDATE register_period SET facts = facts || jsonb_build_object('staffMemberId', $2::text)
       WHERE entry_id = ANY($1::uuid[]) AND register = 'staff_post'`,
      [movedIds, toId],
    );
    const announced = moved.map((post) => announce(StaffPostChangedV1, stateOf(post)));
    await this.outbox.addAll(tx, announced);
    return movedIds;
  }

  async end(id: string, dto: EndStaffPostDto, by: By): Promise<StaffPostDto> {
    const ended = await this.posts.amend(id, dto, { ...by, mayChange: mustReach(by.actor) }, (_, { state }) => {
      if (state === 'ENDED') throw conflict('staff-post-ended', 'The post has ended already.');
      return { state: 'ENDED' };
    });
    return toStaffPostDto(ended);
  }

  /** All posts within reach with their persons, to be sent by `PersonExports`. */
  exported({ institutions }: Reading): PersonExport {
    return exportedPosts(this.dataSource, institutions);
  }

  /** Looking at it is a look at the person like any other. */
  async history(id: string, reading: Reading): Promise<HistoryDto> {
    const { staffMemberId, periods } = await this.dataSource.transaction(async (tx) => {
      await setReach(tx, reading.institutions);
      const post = await this.posts.getWithin(tx, id);
      mustReach(reading.by)(post);
      return { ...post, periods: await this.posts.history(id, tx) };
    });
    await this.members.get(staffMemberId, reading);
    return toHistoryDto(periods);
  }

  private async judge(tx: EntityManager, row: PostRow): Promise<Facts<StaffPost> | Fault[]> {
    const { fullTimeShare } = await this.policies.staffOn(tx, row.validFrom ?? this.clock.today());
    const faults = shareFaults(row.fullTimeShare, fullTimeShare);
    return faults.length > 0 ? faults : { isMainPosition: row.isMainPosition ?? false, subjects: row.subjects ?? [] };
  }
}

/** Before anything else is said about it: a foreign post is as one that does not exist. */
const mustReach =
  (actor: Actor) =>
  (post: RegisterEntry): void =>
    actor.mustActFor((post as StaffPost).institutionId, 'staff-post');

function stateOf(post: StaffPost): StaffPostStartedV1 {
  const { id, version, staffMemberId, institutionId, isMainPosition, fullTimeShare, state, validFrom } = post;
  return {
    ...{ staffPostId: id, version, staffMemberId, institutionId, isMainPosition, state, validFrom },
    fullTimeShareHundredths: Math.round(fullTimeShare * 100),
  };
}
