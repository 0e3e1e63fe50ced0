import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { SendsETag } from '@meistras/platform/http/etag';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged } from '@meistras/platform/paging/paging';
import { GrantDto, RevokeDto } from '../decisions/decisions.module.js';
import {
  ProcedureDto,
  ProcedurePageDto,
  ProceduresQuery,
  RefuseDto,
  ReviewDto,
  SubmitProcedureDto,
} from './procedures.dto.js';
import { ProceduresService } from './procedures.service.js';

const decide = 'accreditation.procedures:decide';

/** Commands take an Idempotency-Key and no If-Match: their state is in the table of procedure.rules.ts, a late one is 409. */
@ApiTags('procedures')
@Controller('procedures')
export class ProceduresController {
  constructor(private readonly procedures: ProceduresService) {}

  @Post()
  @SendsETag()
  @Scope('accreditation.procedures:write', { institution: 'body.institutionId' })
  @Operation({ id: 'submitProcedure', summary: 'Ask for the licence to run a programme', kind: 'create' })
  submit(@Body() dto: SubmitProcedureDto, @Once() once: WriteOnce): Promise<ProcedureDto> {
    return this.procedures.submit(dto, once);
  }

  @Get()
  @Paged()
  @Scope('accreditation.procedures:read', { institution: 'query.institutionId' })
  @Operation({
    id: 'listProcedures',
    summary: 'Procedures, oldest first',
    description: 'A client that does not act nationally sees those of its institutions.',
    kind: 'list',
  })
  list(@Query() query: ProceduresQuery, @CurrentActor() actor: Actor): Promise<ProcedurePageDto> {
    return this.procedures.list(query, actor);
  }

  @Get(':id')
  @SendsETag()
  @Scope('accreditation.procedures:read')
  @Operation({ id: 'getProcedure', summary: 'One procedure', kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string, @CurrentActor() actor: Actor): Promise<ProcedureDto> {
    return this.procedures.get(id, actor);
  }

  @Post(':id/review')
  @HttpCode(200)
  @SendsETag()
  @Scope(decide, { national: true })
  @Operation({ id: 'reviewProcedure', summary: 'Enter the expertise act', kind: 'create' })
  review(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: ReviewDto,
    @Once() once: WriteOnce,
  ): Promise<ProcedureDto> {
    return this.procedures.review(id, dto, once);
  }

  @Post(':id/grant')
  @HttpCode(200)
  @SendsETag()
  @Scope(decide, { national: true })
  @Operation({
    id: 'grantProcedure',
    summary: 'Grant the licence by an act',
    description: 'Needs a positive expertise act. The decision is announced to the other services.',
    kind: 'create',
  })
  grant(@Param('id', ParseUUIDPipe) id: string, @Body() dto: GrantDto, @Once() once: WriteOnce): Promise<ProcedureDto> {
    return this.procedures.grant(id, dto, once);
  }

  @Post(':id/refuse')
  @HttpCode(200)
  @SendsETag()
  @Scope(decide, { national: true })
  @Operation({ id: 'refuseProcedure', summary: 'Refuse the licence, with a reason', kind: 'create' })
  refuse(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: RefuseDto,
    @Once() once: WriteOnce,
  ): Promise<ProcedureDto> {
    return this.procedures.refuse(id, dto, once);
  }

  @Post(':id/revoke')
  @HttpCode(200)
  @SendsETag()
  @Scope(decide, { national: true })
  @Operation({
    id: 'revokeProcedure',
    summary: 'Revoke the licence that was granted',
    description: 'The right ends on the effective day; the other services hear of it.',
    kind: 'create',
  })
  revoke(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: RevokeDto,
    @Once() once: WriteOnce,
  ): Promise<ProcedureDto> {
    return this.procedures.revoke(id, dto, once);
  }
}
