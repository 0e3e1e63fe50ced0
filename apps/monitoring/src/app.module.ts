import { FactsModule } from './facts/facts.module.js';
import { IndicatorsModule } from './indicators/indicators.module.js';

/** The table of contents of the service. */
export const features = [FactsModule, IndicatorsModule];
