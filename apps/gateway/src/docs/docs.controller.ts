import { Controller, Get, Header, Headers, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '@meistras/platform/auth/access';
import { DomainError } from '@meistras/platform/errors/domain-error';
import { OpenApiDocument } from './openapi-document.js';

@ApiExcludeController()
@Controller()
export class DocsController {
  constructor(private readonly document: OpenApiDocument) {}

  @Public()
  @Get()
  root(@Headers('accept') accept = '', @Res({ passthrough: true }) reply: FastifyReply): object | undefined {
    if (!accept.includes('text/html'))
      return { name: 'Meistras', description: '/openapi.json', documentation: '/docs/' };
    void reply.redirect('/docs/', 302);
    return undefined;
  }

  @Public()
  @Get('openapi.json')
  @Header('content-type', 'application/json; charset=utf-8')
  @Header('cache-control', 'public, max-age=60')
  openApi(): string {
    if (this.document.text === undefined)
      throw new DomainError('unavailable', 'no-description', 'The OpenAPI document has not been generated.');
    return this.document.text;
  }
}
