import type { ServiceDefinition } from '@meistras/platform/bootstrap/service-definition';
import { Commitment } from './commitments/commitment.entity.js';
import { FundingRate } from './funding-rates/funding-rate.entity.js';
import { Account } from './ledger/account.entity.js';
import { Entry, EntryLine } from './ledger/entry.entity.js';
import { CreateFinance1760000001000 } from './migrations/1760000001000-create-finance.js';

export const finance: ServiceDefinition = {
  name: 'finance',
  entities: [Account, Entry, EntryLine, FundingRate, Commitment],
  migrations: [CreateFinance1760000001000],
};
