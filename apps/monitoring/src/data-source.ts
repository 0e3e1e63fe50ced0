import type { ServiceDefinition } from '@meistras/platform/bootstrap/service-definition';
import { Fact } from './facts/fact.entity.js';
import { InstitutionPlace } from './facts/institution-place.entity.js';
import { CreateFacts1760000001000 } from './migrations/1760000001000-create-facts.js';

export const monitoring: ServiceDefinition = {
  name: 'monitoring',
  entities: [Fact, InstitutionPlace],
  migrations: [CreateFacts1760000001000],
};
