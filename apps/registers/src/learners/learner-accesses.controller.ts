import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentReading, StatesPurpose } from '@meistras/platform/access-log/reading';
import type { Reading } from '@meistras/platform/access-log/reading';
import { Scope } from '@meistras/platform/auth/access';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged, PageQuery } from '@meistras/platform/paging/paging';
import { LearnerAccessPageDto, MyAccessPageDto } from './learner-accesses.dto.js';
import { LearnerAccessesService } from './learner-accesses.service.js';

@ApiTags('access-log')
@Controller()
export class LearnerAccessesController {
  constructor(private readonly accesses: LearnerAccessesService) {}

  @Get('learners/:id/access-log')
  @Paged()
  @StatesPurpose()
  @Scope('registers.access-log:read', { municipal: true })
  @Operation({
    id: 'listLearnerAccesses',
    summary: 'Who looked at a learner’s data, when and why, newest first',
    description:
      'For the officer in charge: a client that does not act nationally sees it of the learners within its reach. Looking is recorded.',
    kind: 'list',
  })
  listOf(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() query: PageQuery,
    @CurrentReading() reading: Reading,
  ): Promise<LearnerAccessPageDto> {
    return this.accesses.listOf(id, query, reading);
  }

  @Get('me/access-log')
  @Paged()
  @StatesPurpose('Without it `PERSON_REQUEST`.')
  @Scope('registers.me:read')
  @Operation({
    id: 'listMyAccesses',
    summary: 'Who looked at my data, when and why, newest first',
    description: 'For the person whom the token names; any other token is refused with `person-missing`.',
    kind: 'list',
  })
  listMine(@Query() query: PageQuery, @CurrentReading() reading: Reading): Promise<MyAccessPageDto> {
    return this.accesses.listOfPerson(query, reading);
  }
}
