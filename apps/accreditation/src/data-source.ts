import type { ServiceDefinition } from '@meistras/platform/bootstrap/service-definition';
import { migrationsIn } from '@meistras/platform/database/migrations-in';
import { Decision, Revocation } from './decisions/decision.entity.js';
import { KnownInstitution, KnownProgramme } from './known/known.entity.js';
import { Procedure } from './procedures/procedure.entity.js';

export const accreditation: ServiceDefinition = {
  name: 'accreditation',
  entities: [KnownInstitution, KnownProgramme, Procedure, Decision, Revocation],
  migrations: await migrationsIn(new URL('./migrations/', import.meta.url)),
};
