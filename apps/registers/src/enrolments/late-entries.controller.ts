import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged } from '@meistras/platform/paging/paging';
import { EnrolmentsService } from './enrolments.service.js';
import { LateEntriesQuery, LateEntryPageDto } from './late-entries.dto.js';

@ApiTags('late-entries')
@Controller('late-entries')
export class LateEntriesController {
  constructor(private readonly enrolments: EnrolmentsService) {}

  @Get()
  @Paged()
  @Scope('registers.learners:read', { institution: 'query.institutionId' })
  @Operation({
    id: 'listLateEntries',
    summary: 'Starts and ends of enrolments that were entered after the deadline',
    description:
      'The deadline is the policy parameter `reg.learner.entryDeadline` of the day that was entered. Enrolments only, no persons. A client that does not act nationally sees those of its institutions.',
    kind: 'list',
  })
  list(@Query() query: LateEntriesQuery, @CurrentActor() actor: Actor): Promise<LateEntryPageDto> {
    return this.enrolments.listLate(query, actor);
  }
}
