import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentReading, StatesPurpose } from '@meistras/platform/access-log/reading';
import type { Reading } from '@meistras/platform/access-log/reading';
import { Scope } from '@meistras/platform/auth/access';
import { Operation } from '@meistras/platform/openapi/operation';
import { MyRecordDto } from './me.dto.js';
import { MeService } from './me.service.js';

@ApiTags('me')
@Controller('me')
export class MeController {
  constructor(private readonly me: MeService) {}

  @Get()
  @StatesPurpose('Without it `PERSON_REQUEST`.')
  @Scope('registers.me:read')
  @Operation({
    id: 'getMyRecord',
    summary: 'What is held about me',
    description: 'For the person whom the token names; any other token is refused with `person-missing`.',
    kind: 'read',
    also: [410],
  })
  get(@CurrentReading() reading: Reading): Promise<MyRecordDto> {
    return this.me.get(reading);
  }
}
