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
  RefuseTransferDto,
  RequestTransferDto,
  TransferDto,
  TransferPageDto,
  TransfersQuery,
} from './transfers.dto.js';
import { TransfersService } from './transfers.service.js';

const reads = Scope('registers.transfers:read');
const writes = Scope('registers.transfers:write');
const sides = 'Both institutions see it, nobody else but national clients.';

@ApiTags('transfers')
@Controller('transfers')
export class TransfersController {
  constructor(private readonly transfers: TransfersService) {}

  @Post()
  @SendsETag()
  @StatesPurpose()
  @writes
  @Operation({
    id: 'requestTransfer',
    summary: 'Ask for the transfer of a learner to another institution',
    description:
      'By the sending or the receiving institution, which consents by asking, or nationally. A personal code stands in the body alone; of a learner whom the caller does not see it is told no more than `match` tells. The other side has `reg.transfer.answerDays` working days.',
    kind: 'create',
    also: [308],
  })
  request(
    @Body() dto: RequestTransferDto,
    @CurrentReading() reading: Reading,
    @Once() once: WriteOnce,
  ): Promise<TransferDto> {
    return this.transfers.request(dto, reading, once);
  }

  @Get()
  @Paged()
  @reads
  @Operation({ id: 'listTransfers', summary: 'Transfers, oldest first', description: sides, kind: 'list' })
  list(@Query() query: TransfersQuery, @CurrentReading() reading: Reading): Promise<TransferPageDto> {
    return this.transfers.list(query, reading);
  }

  @Get(':id')
  @SendsETag()
  @reads
  @Operation({ id: 'getTransfer', summary: 'One transfer', description: sides, kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string, @CurrentReading() reading: Reading): Promise<TransferDto> {
    return this.transfers.get(id, reading);
  }

  @Put(':id/consent')
  @SendsETag()
  @NeedsIfMatch()
  @writes
  @Operation({
    id: 'consentToTransfer',
    summary: 'Consent to a transfer, as the side that is asked',
    description: 'It is completed by itself on its day: the learner is the receiving institution’s from then on.',
    kind: 'change',
  })
  consent(
    @Param('id', ParseUUIDPipe) id: string,
    @IfMatch() readVersion: number,
    @CurrentReading() reading: Reading,
  ): Promise<TransferDto> {
    return this.transfers.consent(id, { readVersion, reading });
  }

  @Put(':id/refusal')
  @SendsETag()
  @NeedsIfMatch()
  @writes
  @Operation({ id: 'refuseTransfer', summary: 'Refuse a transfer, as the side that is asked', kind: 'change' })
  refuse(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { reason }: RefuseTransferDto,
    @IfMatch() readVersion: number,
    @CurrentReading() reading: Reading,
  ): Promise<TransferDto> {
    return this.transfers.refuse(id, reason, { readVersion, reading });
  }

  @Put(':id/withdrawal')
  @SendsETag()
  @NeedsIfMatch()
  @writes
  @Operation({
    id: 'withdrawTransfer',
    summary: 'Withdraw a transfer, as whoever asked for it, until it is completed',
    kind: 'change',
  })
  withdraw(
    @Param('id', ParseUUIDPipe) id: string,
    @IfMatch() readVersion: number,
    @CurrentReading() reading: Reading,
  ): Promise<TransferDto> {
    return this.transfers.withdraw(id, { readVersion, reading });
  }
}
