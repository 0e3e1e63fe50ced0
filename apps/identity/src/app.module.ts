import { ClientsModule } from './clients/clients.module.js';
import { IssuerModule } from './issuer/issuer.module.js';
import { MeModule } from './me/me.module.js';
import { RevocationsModule } from './revocations/revocations.module.js';

/** The table of contents of the service. */
export const features = [IssuerModule, ClientsModule, RevocationsModule, MeModule];
