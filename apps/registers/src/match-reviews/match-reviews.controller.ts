import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentReading, StatesPurpose } from '@meistras/platform/access-log/reading';
import type { Reading } from '@meistras/platform/access-log/reading';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { NeedsIfMatch, SendsETag } from '@meistras/platform/http/etag';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged } from '@meistras/platform/paging/paging';
import { ChangedBy, Provider } from '../register/by.js';
import type { By } from '../register/by.js';
import {
  DecideMatchReviewDto,
  MatchReviewDto,
  MatchReviewPageDto,
  MatchReviewPairDto,
  MatchReviewsQuery,
  OpenMatchReviewDto,
  ReverseMatchReviewDto,
} from './match-reviews.dto.js';
import { MatchReviewsService } from './match-reviews.service.js';

const decides = Scope('registers.match-reviews:decide', { national: true });

@ApiTags('match-reviews')
@Controller('match-reviews')
export class MatchReviewsController {
  constructor(private readonly reviews: MatchReviewsService) {}

  @Get()
  @Paged()
  @decides
  @Operation({
    id: 'listMatchReviews',
    summary: 'Pairs of learners or members of staff who may be one person, oldest first',
    kind: 'list',
  })
  list(@Query() query: MatchReviewsQuery, @CurrentActor() actor: Actor): Promise<MatchReviewPageDto> {
    return this.reviews.list(query, actor);
  }

  @Post()
  @SendsETag()
  @decides
  @Operation({
    id: 'openMatchReview',
    summary: 'Have two learners or two members of staff reviewed who may be one person',
    description: 'Most reviews are opened by the register itself; policy parameters say how alike the names must be.',
    kind: 'create',
  })
  open(
    @Body() dto: OpenMatchReviewDto,
    @Provider() clientId: string,
    @Once() once: WriteOnce,
  ): Promise<MatchReviewDto> {
    return this.reviews.open(dto, clientId, once);
  }

  @Get(':id')
  @SendsETag()
  @StatesPurpose()
  @decides
  @Operation({ id: 'getMatchReview', summary: 'A review with both persons beside each other', kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string, @CurrentReading() reading: Reading): Promise<MatchReviewPairDto> {
    return this.reviews.get(id, reading);
  }

  @Put(':id/decision')
  @SendsETag()
  @NeedsIfMatch()
  @decides
  @Operation({
    id: 'decideMatchReview',
    summary: 'Find that two entries are of one person, and merge them, or of two',
    description:
      'Of one person: the id that is not kept leads to the other one (308), and `registers.learner.merged.v1` or `registers.staff-member.merged.v1` tells all. Posts of a member of staff go over to the one that is kept.',
    kind: 'change',
  })
  decide(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: DecideMatchReviewDto,
    @ChangedBy() by: By,
  ): Promise<MatchReviewDto> {
    return this.reviews.decide(id, dto, by);
  }

  @Put(':id/reversal')
  @SendsETag()
  @NeedsIfMatch()
  @decides
  @Operation({ id: 'reverseMatchReview', summary: 'Take two entries apart that were merged', kind: 'change' })
  reverse(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { reason }: ReverseMatchReviewDto,
    @ChangedBy() by: By,
  ): Promise<MatchReviewDto> {
    return this.reviews.reverse(id, reason, by);
  }
}
