import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentReading } from '@meistras/platform/access-log/reading';
import type { Reading } from '@meistras/platform/access-log/reading';
import { Scope } from '@meistras/platform/auth/access';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged } from '@meistras/platform/paging/paging';
import { LearnerEntriesQuery, LearnerEntryPageDto } from './learner-entries.dto.js';
import { LearnerEntriesService } from './learner-entries.service.js';

@ApiTags('learners')
@Controller('learner-entries')
export class LearnerEntriesController {
  constructor(private readonly entries: LearnerEntriesService) {}

  @Get()
  @Paged()
  @Scope('registers.learners:read', { institution: 'query.institutionId', municipal: true })
  @Operation({
    id: 'listLearnerEntries',
    summary: 'Entries of learners that belong to a school year',
    description:
      'Those with a day in the year, whose first day is the policy parameter `reg.schoolYear.start`. Ids, codes and days, no persons. A client that does not act nationally sees the entries at its institutions, a municipality those in its area.',
    kind: 'list',
  })
  list(@Query() query: LearnerEntriesQuery, @CurrentReading() reading: Reading): Promise<LearnerEntryPageDto> {
    return this.entries.list(query, reading);
  }
}
