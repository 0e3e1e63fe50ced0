import type { ServiceDefinition } from '@meistras/platform/bootstrap/service-definition';
import { ClientKey } from './clients/client-key.entity.js';
import { Client } from './clients/client.entity.js';
import { IdentityConfig } from './identity.config.js';
import { CreateClientsAndKeys1760000001000 } from './migrations/1760000001000-create-clients-and-keys.js';
import { AddMunicipalities1760000002000 } from './migrations/1760000002000-add-municipalities.js';

export const identity: ServiceDefinition = {
  name: 'identity',
  entities: [Client, ClientKey],
  migrations: [CreateClientsAndKeys1760000001000, AddMunicipalities1760000002000],
  config: IdentityConfig,
};
