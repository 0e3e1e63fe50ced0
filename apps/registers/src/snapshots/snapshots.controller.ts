import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { Exports, SendsExport } from '@meistras/platform/exports/exports';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged, PageQuery } from '@meistras/platform/paging/paging';
import { Provider } from '../register/by.js';
import {
  FigurePageDto,
  FiguresExportQuery,
  FiguresQuery,
  SnapshotDifferenceDto,
  SnapshotDto,
  SnapshotPageDto,
  TakeSnapshotDto,
} from './snapshots.dto.js';
import { SnapshotsService } from './snapshots.service.js';

const reads = Scope('registers.snapshots:read');
const small =
  'A client that does not act nationally is shown no figure of fewer persons than the policy parameter `reg.snapshot.smallestCell`: such a figure is left out, as one of nobody would be.';

@ApiTags('snapshots')
@Controller('snapshots')
export class SnapshotsController {
  constructor(
    private readonly snapshots: SnapshotsService,
    private readonly exports: Exports,
  ) {}

  @Post()
  @Scope('registers.snapshots:write', { national: true })
  @Operation({
    id: 'takeSnapshot',
    summary: 'Count what the registers show valid on a day, and freeze the figures',
    description:
      'Counted are learner entries by institution, programme code, field, sex, age group and home municipality, institutions by type and municipality, staff posts by institution and position. What is corrected later changes no snapshot.',
    kind: 'create',
  })
  take(@Body() dto: TakeSnapshotDto, @Provider() clientId: string, @Once() once: WriteOnce): Promise<SnapshotDto> {
    return this.snapshots.take(dto, clientId, once);
  }

  @Get()
  @Paged()
  @reads
  @Operation({ id: 'listSnapshots', summary: 'Frozen figures, oldest first', kind: 'list' })
  list(@Query() query: PageQuery): Promise<SnapshotPageDto> {
    return this.snapshots.list(query);
  }

  @Get(':id')
  @reads
  @Operation({ id: 'getSnapshot', summary: 'One snapshot: whose, of which day, with its checksum', kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string): Promise<SnapshotDto> {
    return this.snapshots.get(id);
  }

  @Get(':id/figures')
  @Paged()
  @reads
  @Operation({
    id: 'listSnapshotFigures',
    summary: 'The figures of a snapshot in their canonical order',
    description: small,
    kind: 'list',
  })
  figures(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() query: FiguresQuery,
    @CurrentActor() actor: Actor,
  ): Promise<FigurePageDto> {
    return this.snapshots.figures(id, query, actor);
  }

  @Get(':id/figures/export')
  @SendsExport()
  @reads
  @Operation({
    id: 'exportSnapshotFigures',
    summary: 'All figures of a snapshot in one stream, gzipped if accepted',
    description: `${small} The NDJSON of a national client has the snapshot’s SHA-256.`,
    kind: 'list',
    also: [503],
  })
  async export(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { format }: FiguresExportQuery,
    @CurrentActor() actor: Actor,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.exports.send(await this.snapshots.exported(id, actor), format ?? 'ndjson', reply.request, reply);
  }

  @Get(':id/difference')
  @Scope('registers.snapshots:read', { national: true })
  @Operation({
    id: 'getSnapshotDifference',
    summary: 'The figures of a snapshot that would be others if they were counted now',
    description: 'By what was stated or corrected since for the snapshot’s day. The snapshot stays what it is.',
    kind: 'read',
  })
  difference(@Param('id', ParseUUIDPipe) id: string): Promise<SnapshotDifferenceDto> {
    return this.snapshots.difference(id);
  }
}
