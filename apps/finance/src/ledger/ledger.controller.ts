import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged } from '@meistras/platform/paging/paging';
import { AccountListDto, BalanceListDto, EntriesQuery, EntryPageDto } from './ledger.dto.js';
import { LedgerService } from './ledger.service.js';

@ApiTags('ledger')
@Controller()
export class LedgerController {
  constructor(private readonly ledger: LedgerService) {}

  @Get('accounts')
  @Scope('finance.entries:read')
  @Operation({ id: 'listAccounts', summary: 'The chart of accounts', kind: 'list' })
  async accounts(): Promise<AccountListDto> {
    return { items: await this.ledger.accounts() };
  }

  @Get('entries')
  @Paged()
  @Scope('finance.entries:read')
  @Operation({ id: 'listEntries', summary: 'Entries of the journal, oldest first', kind: 'list' })
  entries(@Query() query: EntriesQuery, @CurrentActor() actor: Actor): Promise<EntryPageDto> {
    return this.ledger.list(query, actor);
  }

  @Get('balances')
  @Scope('finance.entries:read')
  @Operation({ id: 'listBalances', summary: 'Balance of every account, from the lines', kind: 'list' })
  async balances(@CurrentActor() actor: Actor): Promise<BalanceListDto> {
    return { items: await this.ledger.balances(actor) };
  }
}
