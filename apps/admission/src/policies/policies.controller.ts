import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Scope } from '@meistras/platform/auth/access';
import { Operation } from '@meistras/platform/openapi/operation';
import { PoliciesQuery, PolicyParameterPageDto } from './policies.dto.js';
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
}
