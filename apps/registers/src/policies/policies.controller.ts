import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '@meistras/platform/auth/access';
import { Operation } from '@meistras/platform/openapi/operation';
import { PoliciesQuery, RegistersPolicyParameterPageDto } from './policies.dto.js';
import { PoliciesService } from './policies.service.js';

@ApiTags('policy-parameters')
@Controller('policy-parameters')
export class PoliciesController {
  constructor(private readonly policies: PoliciesService) {}

  @Get()
  @Public()
  @Header('cache-control', 'public, max-age=300')
  @Operation({
    id: 'listRegistersPolicyParameters',
    summary: 'Limits of the registers with their dates and legal basis',
    kind: 'public-read',
  })
  list(@Query() query: PoliciesQuery): Promise<RegistersPolicyParameterPageDto> {
    return this.policies.list(query);
  }
}
