import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Scope } from '@meistras/platform/auth/access';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged, PageQuery } from '@meistras/platform/paging/paging';
import { Provider } from '../register/by.js';
import { DueErasurePageDto, EraseLearnerDto, ErasureDto, ErasurePageDto } from './erasures.dto.js';
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
    summary: 'Learners whose data may be erased: their retention has ended',
    description: 'How long data are kept is the policy parameter `reg.retention.learner`.',
    kind: 'list',
  })
  listDue(@Query() query: PageQuery): Promise<DueErasurePageDto> {
    return this.erasures.listDue(query);
  }

  @Post()
  @erases
  @Operation({
    id: 'eraseLearner',
    summary: 'Erase the person of a learner for good',
    description:
      'The person’s key is destroyed, by which personal code and files are sealed in every copy of the database, and names, birth day, files and their history are removed; id, sex, birth year, municipality and enrolments stay for statistics, access records and this erasure as proofs. The learner is answered with 410 from then on.',
    kind: 'create',
  })
  erase(@Body() dto: EraseLearnerDto, @Provider() clientId: string, @Once() once: WriteOnce): Promise<ErasureDto> {
    return this.erasures.erase(dto, clientId, once);
  }
}
