import { pipeline } from 'node:stream';
import type { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { Controller, Get, Logger, Param, ParseUUIDPipe, Res } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public, Scope } from '@meistras/platform/auth/access';
import { SharedAnswer } from '@meistras/platform/http/shared-answer';
import { Operation } from '@meistras/platform/openapi/operation';
import { ArtefactSigner } from './artefact.signer.js';
import { ArtefactKeySetDto } from './artefacts.dto.js';
import { ArtefactsService } from './artefacts.service.js';

const about =
  'One JSON document with one row on a line, gzipped if accepted: input, policy, seed and its commitment, result, cut-offs, hashes, and an Ed25519 signature. `npx meistras-verify-allocation` checks it.';
const Document = ApiOkResponse({
  description: 'The artefact.',
  content: {
    'application/json': {
      schema: { type: 'object', additionalProperties: true },
      example: { format: 'meistras-allocation/1', inputHash: '9f86d0…', resultHash: '60303a…' },
    },
  },
});

@ApiTags('runs')
@Controller()
export class ArtefactsController {
  private readonly log = new Logger('Artefacts');

  constructor(
    private readonly artefacts: ArtefactsService,
    private readonly signer: ArtefactSigner,
  ) {}

  @Get('artefact-keys')
  @SharedAnswer()
  @Public()
  @Operation({
    id: 'listArtefactKeys',
    summary: 'Public keys that sign the artefacts of runs',
    kind: 'public-read',
  })
  keys(): ArtefactKeySetDto {
    return { keys: this.signer.liveKeys };
  }

  @Get('runs/:id/artefact')
  @Public()
  @Document
  @Operation({
    id: 'getRunArtefact',
    summary: 'A published run as it was, for anyone who wants to check it',
    description: `${about} Of applicants it has scores and lists under the id of the application, but no facts behind them. Before publication it is as if it did not exist.`,
    kind: 'public-read',
  })
  async published(@Param('id', ParseUUIDPipe) id: string, @Res() reply: FastifyReply): Promise<void> {
    void reply.header('cache-control', 'public, max-age=60');
    this.send(await this.artefacts.published(id), reply);
  }

  @Get('runs/:id/artefact/full')
  @Scope('admission.runs:read', { national: true })
  @Document
  @Operation({
    id: 'getFullRunArtefact',
    summary: 'A run as it was, published or not, with the facts behind scores and entitlements',
    description: `${about} The same document under the same signature, followed by grades, examinations and qualifications, to which its rows commit by hashes.`,
    kind: 'read',
  })
  async full(@Param('id', ParseUUIDPipe) id: string, @Res() reply: FastifyReply): Promise<void> {
    void reply.header('cache-control', 'no-store');
    this.send(await this.artefacts.full(id), reply);
  }

  /** A failure in the middle breaks the answer off: a reader never takes a part for the whole. */
  private send(text: Readable, reply: FastifyReply): void {
    const zips = /\bgzip\b/.test(reply.request.headers['accept-encoding']?.toString() ?? '');
    void reply.header('content-type', 'application/json; charset=utf-8').header('vary', 'accept-encoding');
    if (zips) void reply.header('content-encoding', 'gzip');
    const noted = (error: Error | null | undefined): void => {
      if (error) this.log.warn(`An artefact was broken off: ${error.message}`);
    };
    void reply.send(zips ? pipeline(text, createGzip({ level: 1 }), noted) : text);
  }
}
