import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Scope } from '@meistras/platform/auth/access';
import { SendsETag } from '@meistras/platform/http/etag';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged } from '@meistras/platform/paging/paging';
import { LicenceDto, LicencePageDto, LicencesQuery } from './licences.dto.js';
import { LicencesService } from './licences.service.js';

@ApiTags('licences')
@Controller('licences')
export class LicencesController {
  constructor(private readonly licences: LicencesService) {}

  @Get()
  @Paged()
  @Scope('registers.licences:read')
  @Operation({
    id: 'listLicences',
    summary: 'Who may run which programme, and when',
    description: 'A copy kept by the events of accreditation; it lags them by seconds.',
    kind: 'list',
  })
  list(@Query() query: LicencesQuery): Promise<LicencePageDto> {
    return this.licences.list(query);
  }

  @Get(':id')
  @SendsETag()
  @Scope('registers.licences:read')
  @Operation({ id: 'getLicence', summary: 'One licence', kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string): Promise<LicenceDto> {
    return this.licences.get(id);
  }
}
