import { CommitmentsModule } from './commitments/commitments.module.js';
import { FundingRatesModule } from './funding-rates/funding-rates.module.js';
import { LedgerModule } from './ledger/ledger.module.js';

/** The table of contents of the service. */
export const features = [LedgerModule, FundingRatesModule, CommitmentsModule];
