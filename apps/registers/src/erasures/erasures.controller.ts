import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Scope } from '@meistras/platform/auth/access';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged, PageQuery } from '@meistras/platform/paging/paging';
import { Provider } from '../register/by.js';
import { DueErasurePageDto, DueErasuresQuery, ErasePersonDto, ErasureDto, ErasurePageDto } from './erasures.dto.js';
import { ErasuresService } from './erasures.service.js';

const erases = Scope('registers.erasures:write', { national: true });

@ApiTags('erasures')
@Controller('erasures')
export class ErasuresController {
  constructor(private readonly erasures: ErasuresService) {}

  @Get()
  @Paged()
  @erases
  @Operation({ id: 'listErasures', summary: 'Proofs of erasures, oldest first', kind: 'list' })
  list(@Query() query: PageQuery): Promise<ErasurePageDto> {
    return this.erasures.list(query);
  }

  @Get('due')
  @Paged()
  @erases
  @Operation({
    id: 'listDueErasures',
    summary: 'Learners and members of staff whose data may be erased: their retention has ended',
    description:
      'How long data are kept are the policy parameters `reg.retention.learner`, after the last enrolment, and `reg.retention.staff`, after the last post.',
    kind: 'list',
  })
  listDue(@Query() query: DueErasuresQuery): Promise<DueErasurePageDto> {
    return this.erasures.listDue(query);
  }

  @Post()
  @erases
  @Operation({
    id: 'erasePerson',
    summary: 'Erase the person of a learner or of a member of staff for good',
    description:
      'The person’s key is destroyed, by which personal code and files are sealed in every copy of the database, and names, birth day, files and their history are removed; id, sex, birth year, municipality, enrolments and posts stay for statistics, access records and this erasure as proofs. Entries that were merged into this one go with it. The person is answered with 410 from then on. Refused on every ground while the learner is enrolled or the member of staff holds a post, and on the ground `RETENTION_ENDED` before its day.',
    kind: 'create',
  })
  erase(@Body() dto: ErasePersonDto, @Provider() clientId: string, @Once() once: WriteOnce): Promise<ErasureDto> {
    return this.erasures.erase(dto, clientId, once);
  }
}
