import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Scope } from '@meistras/platform/auth/access';
import { Operation } from '@meistras/platform/openapi/operation';
import { RevocationsDto, RevocationsQuery } from './revocations.dto.js';
import { RevocationsService } from './revocations.service.js';

@ApiTags('clients')
@Controller('revocations')
export class RevocationsController {
  constructor(private readonly revocations: RevocationsService) {}

  @Get()
  @Scope('identity.clients:read', { national: true })
  @Operation({
    id: 'listRevocations',
    summary: 'Clients whose unexpired tokens are closed',
    kind: 'read',
    description:
      'For gateways: clients revoked, or narrowed in scopes or institutions, within the last token lifetime.',
  })
  list(@Query() query: RevocationsQuery): Promise<RevocationsDto> {
    return this.revocations.listSince(query.since === undefined ? undefined : new Date(query.since));
  }
}
