import { applyDecorators, Get, Param, ParseUUIDPipe, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public, Scope } from '@meistras/platform/auth/access';
import { Changes } from '@meistras/platform/changes/changes';
import { ChangePageDto } from '@meistras/platform/changes/changes.dto';
import { Exports, SendsExport } from '@meistras/platform/exports/exports';
import { SharedAnswer } from '@meistras/platform/http/shared-answer';
import { Operation } from '@meistras/platform/openapi/operation';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { Entries } from './entries.js';
import { toHistoryDto } from './history.js';
import { HistoryDto, RegisterExportQuery } from './register.dto.js';
import type { RegisterEntry } from './register-entry.js';

/** What a register is called in the document, and who may read an entry. */
export interface RegisterNames {
  /** Of an entry in operation ids: `Institution`, and several of them. */
  one: string;
  many: string;
  /** In sentences: `an institution`, `institutions`. */
  anEntry: string;
  entries: string;
  /** Resource of the scopes. */
  resource: string;
  topic: string;
  /** Entries are read without a token. The feed and the export are for clients all the same. */
  isPublic?: true;
}

/** What these operations need of the register behind them. */
type ServedRegister = Pick<Entries<RegisterEntry>, 'history' | 'exported'>;

/** The operations that are the same in every register: the change feed, the export, the history of an entry. */
export function RegisterController({ one, many, anEntry, entries, resource, topic, isPublic }: RegisterNames) {
  const forClients = Scope(`${resource}:read`);
  const forReaders = isPublic ? applyDecorators(SharedAnswer(), Public()) : forClients;

  abstract class Routes {
    constructor(
      readonly served: ServedRegister,
      readonly changes: Changes,
      readonly exports: Exports,
    ) {}

    @Get('changes')
    @forClients
    @Operation({
      id: `list${one}Changes`,
      summary: `Every change of ${anEntry}, in order, without gaps`,
      kind: 'list',
    })
    listChanges(@Query() query: PageQuery): Promise<ChangePageDto> {
      return this.changes.list(topic, query, null);
    }

    @Get('export')
    @SendsExport()
    @forClients
    @Operation({
      id: `export${many}`,
      summary: `All ${entries} in one stream, gzipped if accepted`,
      kind: 'list',
      also: [503],
    })
    export(
      @Query() { format, ...asOf }: RegisterExportQuery,
      @Req() request: FastifyRequest,
      @Res() reply: FastifyReply,
    ): Promise<void> {
      return this.exports.send(this.served.exported(asOf, []), format ?? 'ndjson', request, reply);
    }

    @Get(':id/history')
    @forReaders
    @Operation({
      id: `get${one}History`,
      summary: `What was and is believed of ${anEntry}, newest knowledge first`,
      kind: isPublic ? 'public-read' : 'read',
    })
    async history(@Param('id', ParseUUIDPipe) id: string): Promise<HistoryDto> {
      return toHistoryDto(await this.served.history(id));
    }
  }
  return Routes;
}
