import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { Changes } from '@meistras/platform/changes/changes';
import { ChangePageDto } from '@meistras/platform/changes/changes.dto';
import { SendsETag } from '@meistras/platform/http/etag';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged, PageQuery } from '@meistras/platform/paging/paging';
import { CommitmentDto, CommitmentPageDto, CommitmentsQuery } from './commitments.dto.js';
import { CommitmentsService } from './commitments.service.js';

@ApiTags('commitments')
@Controller('commitments')
export class CommitmentsController {
  constructor(
    private readonly commitments: CommitmentsService,
    private readonly changes: Changes,
  ) {}

  @Get()
  @Paged()
  @Scope('finance.commitments:read')
  @Operation({ id: 'listCommitments', summary: 'Funds bound to learners, oldest first', kind: 'list' })
  list(@Query() query: CommitmentsQuery, @CurrentActor() actor: Actor): Promise<CommitmentPageDto> {
    return this.commitments.list(query, actor);
  }

  @Get('changes')
  @Scope('finance.commitments:read')
  @Operation({
    id: 'listCommitmentChanges',
    summary: 'Which learner’s money changed: every change in order, without gaps',
    kind: 'list',
  })
  listChanges(@Query() query: PageQuery, @CurrentActor() actor: Actor): Promise<ChangePageDto> {
    return this.changes.list('finance.commitment', query, actor.institutionFilter);
  }

  @Get(':id')
  @SendsETag()
  @Scope('finance.commitments:read')
  @Operation({ id: 'getCommitment', summary: 'One commitment', kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string, @CurrentActor() actor: Actor): Promise<CommitmentDto> {
    return this.commitments.get(id, actor);
  }
}
