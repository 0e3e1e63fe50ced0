import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { PoliciesQuery, PolicyParameterDto, PolicyParameterPageDto, StatePolicyDto } from './policies.dto.js';
import { PoliciesService } from './policies.service.js';

@ApiTags('policy-parameters')
@Controller('policy-parameters')
export class PoliciesController {
  constructor(private readonly policies: PoliciesService) {}

  @Get()
  @Scope('admission.campaigns:read')
  @Operation({
    id: 'listAdmissionPolicyParameters',
    summary: 'Limits, weights and rule sets of admission with their dates and legal basis',
    kind: 'list',
  })
  list(@Query() query: PoliciesQuery): Promise<PolicyParameterPageDto> {
    return this.policies.list(query);
  }

  @Post()
  @Scope('admission.policies:write', { national: true })
  @Operation({
    id: 'stateAdmissionPolicyParameter',
    summary: 'State a limit, weight or rule set from a day to come on',
    description:
      'It holds until the next one that is stated. What is in force today stays, because decisions rest on it; a value ' +
      'for a later day may be stated anew until that day.',
    kind: 'create',
  })
  state(
    @Body() dto: StatePolicyDto,
    @CurrentActor() actor: Actor,
    @Once() once: WriteOnce,
  ): Promise<PolicyParameterDto> {
    return this.policies.state(dto, actor, once);
  }
}
