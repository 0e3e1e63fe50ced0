import { DecisionsModule } from './decisions/decisions.module.js';
import { KnownModule } from './known/known.module.js';
import { ProceduresModule } from './procedures/procedures.module.js';
import { RightsModule } from './rights/rights.module.js';

/** The table of contents of the service. */
export const features = [KnownModule, ProceduresModule, DecisionsModule, RightsModule];
