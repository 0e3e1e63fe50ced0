import { Readable } from 'node:stream';
import {
  Controller,
  Get,
  Header,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  Query,
  Req,
  StreamableFile,
} from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiAcceptedResponse, ApiTags } from '@nestjs/swagger';
import { stringify } from 'csv-stringify';
import type { FastifyRequest } from 'fastify';
import { Actor } from '../auth/actor.js';
import { Authenticated, CurrentActor } from '../auth/access.js';
import { DomainError } from '../errors/domain-error.js';
import { Once } from '../idempotency/idempotency.js';
import type { WriteOnce } from '../idempotency/idempotency.js';
import { Operation } from '../openapi/operation.js';
import { ImportJobDto, ImportQuery } from './imports.dto.js';
import { Imports } from './imports.service.js';

const formats: Record<string, 'csv' | 'ndjson'> = { 'text/csv': 'csv', 'application/x-ndjson': 'ndjson' };

@ApiTags('imports')
@Controller('imports')
export class ImportsController {
  constructor(private readonly imports: Imports) {}

  @Post()
  @HttpCode(202)
  @Authenticated()
  @ApiConsumes('text/csv', 'application/x-ndjson')
  @ApiBody({
    schema: { type: 'string' },
    description: 'CSV with a header, or one JSON object a line; UTF-8; any size; also with Content-Encoding: gzip.',
  })
  @ApiAcceptedResponse({ type: ImportJobDto })
  @Operation({
    id: 'createImport',
    summary: 'Take rows in bulk, as a job',
    description:
      'Needs the scope that opens the single write of the same kind, nationally. The same file again changes nothing.',
    kind: 'create',
  })
  create(
    @Query() query: ImportQuery,
    @Req() request: FastifyRequest,
    @CurrentActor() actor: Actor,
    @Once() once: WriteOnce,
  ): Promise<ImportJobDto> {
    const format = formats[request.headers['content-type']?.split(';', 1)[0]?.trim() ?? ''];
    if (!format || !(request.body instanceof Readable)) {
      throw new DomainError('malformed', 'unsupported-media-type', 'Send text/csv or application/x-ndjson.');
    }
    const encoding = request.headers['content-encoding'];
    return this.imports.receive({ query, format, encoding, body: request.body, by: actor, once });
  }

  @Get(':id')
  @Authenticated()
  @ApiOkResponse({ type: ImportJobDto })
  @Operation({ id: 'getImport', summary: 'Progress and result of an import', kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string, @CurrentActor() actor: Actor): Promise<ImportJobDto> {
    return this.imports.get(id, actor);
  }

  @Get(':id/events')
  @Authenticated()
  @Header('cache-control', 'no-store')
  @ApiOkResponse({
    content: { 'text/event-stream': { schema: { type: 'string' } } },
    description:
      'Server-sent events: `progress` whenever there is any, and `end`, after which the stream closes. The data of each is the job as `GET /imports/{id}` answers it.',
  })
  @Operation({ id: 'followImport', summary: 'Progress of an import as server-sent events', kind: 'read' })
  async follow(@Param('id', ParseUUIDPipe) id: string, @CurrentActor() actor: Actor): Promise<StreamableFile> {
    await this.imports.get(id, actor);
    return new StreamableFile(Readable.from(this.imports.follow(id, actor)), { type: 'text/event-stream' });
  }

  @Get(':id/report')
  @Authenticated()
  @Header('content-type', 'text/csv; charset=utf-8')
  @ApiOkResponse({
    content: { 'text/csv': { schema: { type: 'string' } } },
    description: 'line, pointer, code, message, row',
  })
  @Operation({ id: 'getImportReport', summary: 'The refused rows with their faults, as CSV', kind: 'read' })
  async report(@Param('id', ParseUUIDPipe) id: string, @CurrentActor() actor: Actor): Promise<StreamableFile> {
    await this.imports.get(id, actor);
    const lines = Readable.from(this.imports.report(id, actor));
    const columns = ['line', 'pointer', 'code', 'message', 'row'];
    return new StreamableFile(lines.pipe(stringify({ header: true, columns, escape_formulas: true })), {
      type: 'text/csv; charset=utf-8',
    });
  }
}
