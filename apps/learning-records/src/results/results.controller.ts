import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { RecordResultDto, ResultDto } from './results.dto.js';
import { ResultsService } from './results.service.js';

@ApiTags('results')
@Controller('results')
export class ResultsController {
  constructor(private readonly results: ResultsService) {}

  @Post()
  @Scope('learning-records.results:write')
  @Operation({
    id: 'recordResult',
    summary: 'Record a final assessment; a passed one completes the enrolment',
    kind: 'create',
  })
  record(@Body() dto: RecordResultDto, @CurrentActor() actor: Actor, @Once() once: WriteOnce): Promise<ResultDto> {
    return this.results.record(dto, actor, once);
  }
}
