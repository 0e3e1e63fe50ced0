import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentReading, StatesPurpose } from '@meistras/platform/access-log/reading';
import type { Reading } from '@meistras/platform/access-log/reading';
import { Scope } from '@meistras/platform/auth/access';
import { IfMatch, NeedsIfMatch, SendsETag } from '@meistras/platform/http/etag';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged } from '@meistras/platform/paging/paging';
import {
  AcceptCorrectionDto,
  CorrectionRequestDto,
  CorrectionRequestPageDto,
  CorrectionsQuery,
  RefuseCorrectionDto,
  RequestCertificateCorrectionDto,
  RequestMyCorrectionDto,
} from './corrections.dto.js';
import { CorrectionsService } from './corrections.service.js';

const whose = 'A client that does not act nationally sees those that its institutions decide or asked for.';
const forPerson = 'For the person whom the token names; any other token is refused with `person-missing`.';
const reads = Scope('registers.correction-requests:read');
const decides = Scope('registers.correction-requests:decide');

@ApiTags('corrections')
@Controller()
export class CorrectionsController {
  constructor(private readonly corrections: CorrectionsService) {}

  @Post('me/correction-requests')
  @SendsETag()
  @Scope('registers.me:write')
  @Operation({
    id: 'requestMyCorrection',
    summary: 'Say that my record is wrong',
    description: forPerson,
    kind: 'create',
  })
  requestMine(
    @Body() dto: RequestMyCorrectionDto,
    @CurrentReading() reading: Reading,
    @Once() once: WriteOnce,
  ): Promise<CorrectionRequestDto> {
    return this.corrections.requestMine(dto, reading, once);
  }

  @Get('me/correction-requests')
  @Paged()
  @StatesPurpose('Without it `PERSON_REQUEST`.')
  @Scope('registers.me:read')
  @Operation({
    id: 'listMyCorrectionRequests',
    summary: 'What I said was wrong, and what became of it',
    description: forPerson,
    kind: 'list',
  })
  listMine(@Query() query: CorrectionsQuery, @CurrentReading() reading: Reading): Promise<CorrectionRequestPageDto> {
    return this.corrections.listMine(query, reading);
  }

  @Post('correction-requests')
  @SendsETag()
  @Scope('registers.correction-requests:write', { institution: 'body.institutionId' })
  @Operation({
    id: 'requestCertificateCorrection',
    summary: 'Ask that the entry of a certificate be corrected, as the institution that issued it',
    description: 'R-REG-19: it answers for the data. A national client decides.',
    kind: 'create',
  })
  requestOfCertificate(
    @Body() dto: RequestCertificateCorrectionDto,
    @Once() once: WriteOnce,
  ): Promise<CorrectionRequestDto> {
    return this.corrections.requestOfCertificate(dto, once);
  }

  @Get('correction-requests')
  @Paged()
  @StatesPurpose()
  @reads
  @Operation({
    id: 'listCorrectionRequests',
    summary: 'Requests for correction, oldest first',
    description: whose,
    kind: 'list',
  })
  list(@Query() query: CorrectionsQuery, @CurrentReading() reading: Reading): Promise<CorrectionRequestPageDto> {
    return this.corrections.list(query, reading);
  }

  @Get('correction-requests/:id')
  @SendsETag()
  @StatesPurpose()
  @reads
  @Operation({ id: 'getCorrectionRequest', summary: 'One request for correction', description: whose, kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string, @CurrentReading() reading: Reading): Promise<CorrectionRequestDto> {
    return this.corrections.get(id, reading);
  }

  @Put('correction-requests/:id/acceptance')
  @SendsETag()
  @StatesPurpose()
  @NeedsIfMatch()
  @decides
  @Operation({
    id: 'acceptCorrection',
    summary: 'Say that an entry was corrected, as whoever holds it',
    description: 'The entry is corrected where it is held; `registers.record.corrected.v1` tells all, with ids alone.',
    kind: 'change',
  })
  accept(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { reason }: AcceptCorrectionDto,
    @IfMatch() readVersion: number,
    @CurrentReading() reading: Reading,
  ): Promise<CorrectionRequestDto> {
    return this.corrections.decide(id, 'ACCEPT', { readVersion, reading, reason });
  }

  @Put('correction-requests/:id/refusal')
  @SendsETag()
  @StatesPurpose()
  @NeedsIfMatch()
  @decides
  @Operation({ id: 'refuseCorrection', summary: 'Refuse a request for correction, with a reason', kind: 'change' })
  refuse(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { reason }: RefuseCorrectionDto,
    @IfMatch() readVersion: number,
    @CurrentReading() reading: Reading,
  ): Promise<CorrectionRequestDto> {
    return this.corrections.decide(id, 'REFUSE', { readVersion, reading, reason });
  }
}
