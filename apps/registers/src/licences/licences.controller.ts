import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '@meistras/platform/auth/access';
import { Changes } from '@meistras/platform/changes/changes';
import { Exports } from '@meistras/platform/exports/exports';
import { SendsETag } from '@meistras/platform/http/etag';
import { SharedAnswer } from '@meistras/platform/http/shared-answer';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged, toPage } from '@meistras/platform/paging/paging';
import { AsOfQuery } from '../register/register.dto.js';
import { RegisterController } from '../register/register.routes.js';
import { InstitutionLicenceDto, LicenceDto, LicencePageDto, LicencesQuery, toLicenceDto } from './licences.dto.js';
import { LicencesService } from './licences.service.js';

@ApiTags('licences')
@Controller('licences')
export class LicencesController extends RegisterController({
  one: 'Licence',
  many: 'Licences',
  anEntry: 'a licence',
  entries: 'licences',
  resource: 'registers.licences',
  topic: 'registers.licence',
  isPublic: true,
}) {
  constructor(
    private readonly licences: LicencesService,
    changes: Changes,
    exports: Exports,
  ) {
    super(licences.register, changes, exports);
  }

  @Get()
  @Paged()
  @SharedAnswer()
  @Public()
  @Operation({
    id: 'listLicences',
    summary: 'Who may run which programme, and when',
    description: 'They follow the decisions of accreditation by seconds.',
    kind: 'public-read',
  })
  async list(@Query() query: LicencesQuery): Promise<LicencePageDto> {
    const { institutionId, programmeId, state } = query;
    const wanted = Object.entries({ institutionId, programmeId, state });
    const entries = await this.licences.register.list(
      query,
      wanted.map(([property, value]) => ({ property, value })),
    );
    return toPage(entries, query.limit, toLicenceDto, ({ id }) => [id]);
  }

  @Get('of-institution/:institutionId')
  @SharedAnswer()
  @Public()
  @Operation({
    id: 'getLicenceOfInstitution',
    summary: 'All that an institution may run, as of a day: today if left out',
    kind: 'public-read',
  })
  ofInstitution(
    @Param('institutionId', ParseUUIDPipe) institutionId: string,
    @Query() asOf: AsOfQuery,
  ): Promise<InstitutionLicenceDto> {
    return this.licences.ofInstitution(institutionId, asOf);
  }

  @Get(':id')
  @SendsETag()
  @Public()
  @Operation({ id: 'getLicence', summary: 'One licence', kind: 'public-read' })
  async get(@Param('id', ParseUUIDPipe) id: string, @Query() asOf: AsOfQuery): Promise<LicenceDto> {
    return toLicenceDto(await this.licences.register.get(id, asOf));
  }
}
