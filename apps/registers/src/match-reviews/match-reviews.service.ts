import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager, FindOptionsWhere, SelectQueryBuilder } from 'typeorm';
import { MoreThan } from 'typeorm';
import type { Reading } from '@meistras/platform/access-log/reading';
import type { Actor } from '@meistras/platform/auth/actor';
import { setReach } from '@meistras/platform/database/reach';
import { insertRows, updateRows } from '@meistras/platform/database/rows';
import { conflict, invalid, missing } from '@meistras/platform/errors/domain-error';
import type { DomainError, Fault } from '@meistras/platform/errors/domain-error';
import { mustBeCurrent } from '@meistras/platform/http/etag';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { maySeeProtected } from '../learners/learner-reach.js';
import { LearnerMergesService } from '../learners/learner-merges.service.js';
import { LearnersService } from '../learners/learners.service.js';
import type { PersonKind } from '../personal-data/person-kinds.js';
import { StaffMembersService } from '../staff/staff-members.service.js';
import { StaffMergesService } from '../staff/staff-merges.service.js';
import type { By } from '../register/by.js';
import { MatchReview, newMatchReview } from './match-review.entity.js';
import type { Merges } from './merges.js';
import { toMatchReviewDto, toMatchReviewPairDto } from './match-reviews.dto.js';
import type {
  DecideMatchReviewDto,
  MatchReviewDto,
  MatchReviewPairDto,
  MatchReviewsQuery,
  OpenMatchReviewDto,
} from './match-reviews.dto.js';

/** Pairs that may be one person, and what a registrar finds of them. */
@Injectable()
export class MatchReviewsService {
  private readonly merges: Record<PersonKind, Merges>;

  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly learners: LearnersService,
    private readonly members: StaffMembersService,
    learnerMerges: LearnerMergesService,
    staffMerges: StaffMergesService,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {
    this.merges = { LEARNER: learnerMerges, STAFF_MEMBER: staffMerges };
  }

  async list(query: MatchReviewsQuery, by: Actor): Promise<Page<MatchReviewDto>> {
    const { state, about, learnerId, staffMemberId } = query;
    const said = { ...(state ? { state } : {}), ...(about ? { about } : {}) };
    const where: FindOptionsWhere<MatchReview> = { id: MoreThan(afterId(query)), ...said };
    const wanted = [learnerId, staffMemberId].reduce<FindOptionsWhere<MatchReview>[]>(
      (some, id) =>
        id === undefined
          ? some
          : some.flatMap((each) => [
              { ...each, oneId: id },
              { ...each, otherId: id },
            ]),
      [{}],
    );
    const rows = await this.dataSource.transaction(async (tx) => {
      await setReach(tx, by.institutionFilter);
      const reviews = tx
        .createQueryBuilder(MatchReview, 'r')
        .setFindOptions({ where: wanted.map((each) => ({ ...where, ...each })), order: { id: 'ASC' } })
        .take(query.limit + 1);
      return (maySeeProtected(by) ? reviews : reviews.andWhere(showsNobodyProtected)).getMany();
    });
    return toPage(rows, query.limit, toMatchReviewDto, ({ id }) => [id]);
  }

  /** With both persons, whose data are shown: that leaves their access records. */
  async get(id: string, reading: Reading): Promise<MatchReviewPairDto> {
    const review = await this.dataSource.transaction(async (tx) => {
      await setReach(tx, reading.institutions);
      return reviewOf(tx, id, reading.by).getOne();
    });
    if (!review) throw missing('match review');
    const ids: [string, string] = [review.oneId, review.otherId];
    const both =
      review.about === 'LEARNER'
        ? { learners: await this.learners.getPair(ids, reading) }
        : { staffMembers: await this.members.getPair(ids, reading) };
    return toMatchReviewPairDto(review, both);
  }

  /** A pair that has a review is refused: its decision stands, or is to be reversed. */
  async open(dto: OpenMatchReviewDto, clientId: string, once: WriteOnce): Promise<MatchReviewDto> {
    const { about, pointer, ids } = pairOf(dto);
    return this.idempotency.run(once, async (tx) => {
      await setReach(tx, null);
      const registered = await this.merges[about].registeredOf(tx, ids);
      const unknown = ids.filter((id) => !registered.includes(id));
      const what = about === 'LEARNER' ? 'learner' : 'member of staff';
      if (unknown.length > 0)
        throw faulty(unknown.map(() => ({ pointer, code: 'UNKNOWN', message: `No such ${what}.` })));
      const facts = { id: this.ids.next(), openedAt: this.clock.now(), openedBy: clientId, grounds: [] };
      const review = newMatchReview(ids, { ...facts, about });
      await insertRows(tx, MatchReview, [review]);
      return toMatchReviewDto(review);
    });
  }

  /** Of one person: merges the two at once. */
  async decide(id: string, dto: DecideMatchReviewDto, by: By): Promise<MatchReviewDto> {
    return this.change(id, by, async (tx, review) => {
      if (review.state === 'SAME_PERSON')
        throw conflict('match-review-decided', 'They were merged; reverse that decision first.');
      const { decision, reason } = dto;
      if (decision === 'DIFFERENT') return { state: decision, reason };
      const survivorId = survivorOf(review, dto.survivorId);
      const loserId = survivorId === review.oneId ? review.otherId : review.oneId;
      const codeMoved = await this.merges[review.about].merge(tx, {
        loserId,
        survivorId,
        reviewId: id,
        terms: { provider: by.provider, reason },
      });
      return { state: decision, reason, survivorId, codeMoved };
    });
  }

  /** They are two persons after all: takes them apart again. */
  async reverse(id: string, reason: string, by: By): Promise<MatchReviewDto> {
    return this.change(id, by, async (tx, review) => {
      if (review.state !== 'SAME_PERSON' || review.survivorId === null)
        throw conflict('match-review-not-merged', 'They were not merged.');
      const { survivorId, oneId, otherId, codeMoved } = review;
      const loserId = survivorId === oneId ? otherId : oneId;
      const merge = { loserId, survivorId, reviewId: id, terms: { provider: by.provider, reason } };
      await this.merges[review.about].unmerge(tx, merge, codeMoved);
      return { state: 'DIFFERENT', reason, survivorId: null, codeMoved: false };
    });
  }

  private async change(
    id: string,
    { provider, readVersion, actor }: By,
    decide: (tx: EntityManager, review: MatchReview) => Promise<Partial<MatchReview>> | Partial<MatchReview>,
  ): Promise<MatchReviewDto> {
    return this.dataSource.transaction(async (tx) => {
      await setReach(tx, null);
      const review = await reviewOf(tx, id, actor).setLock('pessimistic_write').getOne();
      if (!review) throw missing('match review');
      mustBeCurrent(review, readVersion);
      const decision = await decide(tx, review);
      const decided = { decidedAt: this.clock.now(), decidedBy: provider, version: review.version + 1 };
      const changed: MatchReview = { ...review, ...decided, ...decision };
      await updateRows(tx, MatchReview, [changed]);
      return toMatchReviewDto(changed);
    });
  }
}

/** R-REG-32: a review of somebody protected is as unknown as they are. */
const showsNobodyProtected = `NOT EXISTS (
  SELECT 1 FROM learner p WHERE p.id IN (r.learner_id, r.other_id) AND p.state = 'PROTECTED')`;

function reviewOf(tx: EntityManager, id: string, by: Actor): SelectQueryBuilder<MatchReview> {
  const review = tx.createQueryBuilder(MatchReview, 'r').where('r.id = :id', { id });
  return maySeeProtected(by) ? review : review.andWhere(showsNobodyProtected);
}

function survivorOf({ oneId, otherId }: MatchReview, stated: string | undefined): string {
  const found = [oneId, otherId].find((each) => each === stated?.toLowerCase());
  if (found !== undefined) return found;
  const message = 'It must be one of the two of the review.';
  throw faulty([{ pointer: '/survivorId', code: stated === undefined ? 'REQUIRED' : 'UNKNOWN', message }]);
}

/** Of whom a review is asked for: of two learners or of two members of staff. */
function pairOf({ learnerIds, staffMemberIds }: OpenMatchReviewDto): {
  about: PersonKind;
  pointer: string;
  ids: string[];
} {
  if (learnerIds && staffMemberIds) {
    const message = 'A review is of learners or of members of staff.';
    throw faulty([{ pointer: '/staffMemberIds', code: 'NOT_WITH_LEARNERS', message }]);
  }
  const ids = learnerIds ?? staffMemberIds;
  if (!ids) throw faulty([{ pointer: '/learnerIds', code: 'REQUIRED', message: 'Two ids are needed.' }]);
  return {
    about: learnerIds ? 'LEARNER' : 'STAFF_MEMBER',
    pointer: learnerIds ? '/learnerIds' : '/staffMemberIds',
    ids: ids.map((id) => id.toLowerCase()),
  };
}

const faulty = (faults: Fault[]): DomainError => invalid('invalid-input', 'The body has faults.', faults);
