import type { ServiceDefinition } from '@meistras/platform/bootstrap/service-definition';
import { Institution } from './institutions/institution.entity.js';
import { CreateInstitution1760000001000 } from './migrations/1760000001000-create-institution.js';

export const registers: ServiceDefinition = {
  name: 'registers',
  entities: [Institution],
  migrations: [CreateInstitution1760000001000],
};
