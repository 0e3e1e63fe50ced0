import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager, FindOptionsWhere, SelectQueryBuilder } from 'typeorm';
import { MoreThan } from 'typeorm';
import type { Reading } from '@meistras/platform/access-log/reading';
import type { Actor } from '@meistras/platform/auth/actor';
import { setReach } from '@meistras/platform/database/reach';
import { insertRows, updateRows } from '@meistras/platform/database/rows';
import { conflict, invalid, missing } from '@meistras/platform/errors/domain-error';
import { mustBeCurrent } from '@meistras/platform/http/etag';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { maySeeProtected } from '../learners/learner-reach.js';
import { LearnerMergesService } from '../learners/learner-merges.service.js';
import { LearnersService } from '../learners/learners.service.js';
import type { By } from '../register/by.js';
import { MatchReview, newMatchReview } from './match-review.entity.js';
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
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly learners: LearnersService,
    private readonly merges: LearnerMergesService,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  async list(query: MatchReviewsQuery, by: Actor): Promise<Page<MatchReviewDto>> {
    const { state, learnerId } = query;
    const where: FindOptionsWhere<MatchReview> = { id: MoreThan(afterId(query)), ...(state ? { state } : {}) };
    const wanted = learnerId === undefined ? [{}] : [{ learnerId }, { otherId: learnerId }];
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

  /** With both learners, whose data are shown: that leaves their access records. */
  async get(id: string, reading: Reading): Promise<MatchReviewPairDto> {
    const review = await this.dataSource.transaction(async (tx) => {
      await setReach(tx, reading.institutions);
      return reviewOf(tx, id, reading.by).getOne();
    });
    if (!review) throw missing('match review');
    return toMatchReviewPairDto(review, await this.learners.getPair([review.learnerId, review.otherId], reading));
  }

  /** A pair that has a review is refused: its decision stands, or is to be reversed. */
  async open({ learnerIds }: OpenMatchReviewDto, clientId: string, once: WriteOnce): Promise<MatchReviewDto> {
    const pair = learnerIds.map((each) => each.toLowerCase()) as [string, string];
    return this.idempotency.run(once, async (tx) => {
      await setReach(tx, null);
      await mustBeRegistered(tx, pair);
      const about = { id: this.ids.next(), openedAt: this.clock.now(), openedBy: clientId, grounds: [] };
      const review = newMatchReview(pair, about);
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
      const loserId = survivorId === review.learnerId ? review.otherId : review.learnerId;
      const codeMoved = await this.merges.merge(tx, {
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
      const { survivorId, learnerId, otherId, codeMoved } = review;
      const loserId = survivorId === learnerId ? otherId : learnerId;
      const merge = { loserId, survivorId, reviewId: id, terms: { provider: by.provider, reason } };
      await this.merges.unmerge(tx, merge, codeMoved);
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

function survivorOf({ learnerId, otherId }: MatchReview, stated: string | undefined): string {
  const found = [learnerId, otherId].find((each) => each === stated?.toLowerCase());
  if (found !== undefined) return found;
  const message = 'It must be one of the two learners of the review.';
  throw invalid('invalid-input', 'The body has faults.', [
    { pointer: '/survivorId', code: stated === undefined ? 'REQUIRED' : 'UNKNOWN', message },
  ]);
}

async function mustBeRegistered(tx: EntityManager, ids: string[]): Promise<void> {
  const rows: { id: string }[] = await tx.query(
    `SELECT id FROM learner WHERE id = ANY($1::uuid[]) AND state = 'REGISTERED'`,
    [ids],
  );
  const faults = ids
    .filter((id) => !rows.some((row) => row.id === id))
    .map(() => ({ pointer: '/learnerIds', code: 'UNKNOWN', message: 'No such learner.' }));
  if (faults.length > 0) throw invalid('invalid-input', 'The body has faults.', faults);
}
