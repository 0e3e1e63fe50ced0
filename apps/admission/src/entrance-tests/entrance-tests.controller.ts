import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged } from '@meistras/platform/paging/paging';
import {
  PlanSlotDto,
  RegisterForTestDto,
  SlotDto,
  SlotPageDto,
  SlotsQuery,
  StateTestResultsDto,
  TestRegistrationDto,
  TestResultsStatedDto,
} from './entrance-tests.dto.js';
import { EntranceTestsService } from './entrance-tests.service.js';

@ApiTags('entrance-tests')
@Controller('entrance-test-slots')
export class EntranceTestsController {
  constructor(private readonly tests: EntranceTestsService) {}

  @Post()
  @Scope('admission.suitability:decide', { institution: 'body.institutionId' })
  @Operation({ id: 'planTestSlot', summary: 'Plan an entrance test of a programme', kind: 'create' })
  plan(@Body() dto: PlanSlotDto, @Once() once: WriteOnce): Promise<SlotDto> {
    return this.tests.plan(dto, once);
  }

  @Get()
  @Paged()
  @Scope('admission.offerings:read')
  @Operation({ id: 'listTestSlots', summary: 'When and where entrance tests are held', kind: 'list' })
  list(@Query() query: SlotsQuery): Promise<SlotPageDto> {
    return this.tests.list(query);
  }

  @Post(':id/registrations')
  @Scope('admission.applications:write')
  @Operation({
    id: 'registerForTest',
    summary: 'Register a learner for an entrance test',
    description: 'Another slot of the same programme takes the stead of the one before.',
    kind: 'create',
  })
  register(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: RegisterForTestDto,
    @CurrentActor() actor: Actor,
    @Once() once: WriteOnce,
  ): Promise<TestRegistrationDto> {
    return this.tests.register(id, dto, actor, once);
  }

  @Put(':id/results')
  @Scope('admission.suitability:decide')
  @Operation({
    id: 'stateTestResults',
    summary: 'State who passed an entrance test',
    description: 'Results count at every institution that runs the programme. The same again changes nothing.',
    kind: 'command',
  })
  stateResults(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: StateTestResultsDto,
    @CurrentActor() actor: Actor,
  ): Promise<TestResultsStatedDto> {
    return this.tests.stateResults(id, dto, actor);
  }
}
