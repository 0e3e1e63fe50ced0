import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Scope } from '@meistras/platform/auth/access';
import { Operation } from '@meistras/platform/openapi/operation';
import { Clock } from '@meistras/platform/time/clock';
import { DecisionsService } from '../decisions/decisions.service.js';
import { RightDto, RightQuery } from './rights.dto.js';

@ApiTags('rights')
@Controller('rights')
export class RightsController {
  constructor(
    private readonly decisions: DecisionsService,
    private readonly clock: Clock,
  ) {}

  @Get('check')
  @Scope('accreditation.decisions:read', { institution: 'query.institutionId' })
  @Operation({ id: 'checkRight', summary: 'May this institution run this programme on this day?', kind: 'read' })
  async check(@Query() query: RightQuery): Promise<RightDto> {
    const { institutionId, programmeId, validOn = this.clock.today() } = query;
    const decisionId = await this.decisions.findRight(institutionId, programmeId, validOn);
    return decisionId === undefined ? { allowed: false } : { allowed: true, decisionId };
  }
}
