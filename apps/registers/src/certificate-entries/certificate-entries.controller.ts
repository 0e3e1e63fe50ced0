import { Body, Controller, Get, Param, ParseUUIDPipe, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentReading, StatesPurpose } from '@meistras/platform/access-log/reading';
import type { Reading } from '@meistras/platform/access-log/reading';
import { CurrentActor, Public, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { Changes } from '@meistras/platform/changes/changes';
import { ChangePageDto } from '@meistras/platform/changes/changes.dto';
import { SendsExport } from '@meistras/platform/exports/exports';
import { SendsETag, TakesIfMatch } from '@meistras/platform/http/etag';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged, PageQuery } from '@meistras/platform/paging/paging';
import { PersonExports } from '../personal-data/person-exports.service.js';
import { HistoryDto, ExportQuery } from '../register/register.dto.js';
import {
  CertificateEntriesQuery,
  CertificateEntryDto,
  CertificateEntryPageDto,
  IsRegisteredDto,
  IsRegisteredQuery,
} from './certificate-entries.dto.js';
import { PutBy } from '../register/by.js';
import type { ByIfGiven } from '../register/by.js';
import { CertificateSupplementDto, StatedSupplementDto } from './certificate-supplement.dto.js';
import { CertificateSupplementsService } from './certificate-supplements.service.js';
import { CertificateEntriesService } from './certificate-entries.service.js';

@ApiTags('certificate-entries')
@Controller('certificate-entries')
export class CertificateEntriesController {
  constructor(
    private readonly entries: CertificateEntriesService,
    private readonly changes: Changes,
    private readonly personExports: PersonExports,
    private readonly supplements: CertificateSupplementsService,
  ) {}

  @Get()
  @Paged()
  @StatesPurpose()
  @Scope('registers.certificate-entries:read', { institution: 'query.institutionId' })
  @Operation({
    id: 'listCertificateEntries',
    summary: 'Diplomas and certificates by holder, number or state, oldest first',
    description:
      'They follow learning-records by seconds and are corrected there. A client that does not act nationally sees those that its institutions issued. Every holder shown leaves an access record.',
    kind: 'list',
  })
  list(@Query() query: CertificateEntriesQuery, @CurrentReading() reading: Reading): Promise<CertificateEntryPageDto> {
    return this.entries.list(query, reading);
  }

  @Get('registered')
  @Public()
  @Operation({
    id: 'isCertificateRegistered',
    summary: 'Is this diploma registered? By what stands on it, without a word about the holder',
    kind: 'public-read',
  })
  isRegistered(@Query() query: IsRegisteredQuery): Promise<IsRegisteredDto> {
    return this.entries.isRegistered(query);
  }

  @Get('export')
  @SendsExport()
  @StatesPurpose('It must be stated.')
  @Scope('registers.certificate-exports:read')
  @Operation({
    id: 'exportCertificateEntries',
    summary: 'All diplomas and certificates within reach in one stream, gzipped if accepted',
    description: 'Every holder finds the read in their access log.',
    kind: 'list',
    also: [503],
  })
  export(
    @Query() { format }: ExportQuery,
    @CurrentReading() reading: Reading,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.personExports.send(this.entries.exported(reading), { format, reading, reply });
  }

  @Get('changes')
  @Scope('registers.certificate-entries:read')
  @Operation({
    id: 'listCertificateEntryChanges',
    summary: 'Every change of a certificate’s entry, in order, without gaps',
    description: 'Refused ones too (R-REG-20). No persons. A school sees the changes of what it issued.',
    kind: 'list',
  })
  listChanges(@Query() query: PageQuery, @CurrentActor() actor: Actor): Promise<ChangePageDto> {
    return this.changes.list('registers.certificate-entry', query, actor.institutionFilter);
  }

  @Get(':id')
  @SendsETag()
  @StatesPurpose()
  @Scope('registers.certificate-entries:read')
  @Operation({ id: 'getCertificateEntry', summary: 'One diploma or certificate', kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string, @CurrentReading() reading: Reading): Promise<CertificateEntryDto> {
    return this.entries.get(id, reading);
  }

  @Get(':id/supplement')
  @SendsETag()
  @StatesPurpose()
  @Scope('registers.certificate-entries:read')
  @Operation({
    id: 'getCertificateSupplement',
    summary: 'The supplement of a diploma or certificate',
    kind: 'read',
  })
  getSupplement(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentReading() reading: Reading,
  ): Promise<CertificateSupplementDto> {
    return this.supplements.get(id, reading);
  }

  @Put(':id/supplement')
  @SendsETag()
  @TakesIfMatch()
  @Scope('registers.certificate-entries:write')
  @Operation({
    id: 'putCertificateSupplement',
    summary: 'The supplement of a diploma or certificate: state anew',
    description:
      'For whoever issued them, who answers for it (R-REG-19), whether learning-records brought the entry or a file. It is stated as a whole and announced as a change of its entry, without a word of what it says. It is sealed by the holder’s key: when the holder is erased it goes, and the entry stays.',
    kind: 'upsert',
    also: [410],
  })
  putSupplement(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: StatedSupplementDto,
    @PutBy() by: ByIfGiven,
  ): Promise<CertificateSupplementDto> {
    return this.supplements.put(id, dto, by);
  }

  @Get(':id/supplement/history')
  @StatesPurpose()
  @Scope('registers.certificate-entries:read')
  @Operation({
    id: 'getCertificateSupplementHistory',
    summary: 'What was and is believed of a supplement, newest knowledge first',
    kind: 'read',
  })
  supplementHistory(@Param('id', ParseUUIDPipe) id: string, @CurrentReading() reading: Reading): Promise<HistoryDto> {
    return this.supplements.history(id, reading);
  }

  @Get(':id/history')
  @StatesPurpose()
  @Scope('registers.certificate-entries:read')
  @Operation({
    id: 'getCertificateEntryHistory',
    summary: 'What was and is believed of a certificate, newest knowledge first',
    kind: 'read',
  })
  history(@Param('id', ParseUUIDPipe) id: string, @CurrentReading() reading: Reading): Promise<HistoryDto> {
    return this.entries.history(id, reading);
  }
}
