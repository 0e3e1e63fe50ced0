import type { ServiceDefinition } from '@meistras/platform/bootstrap/service-definition';
import { LearningRecordsConfig } from './learning-records.config.js';
import { Credential } from './credentials/credential.entity.js';
import { Enrolment } from './enrolments/enrolment.entity.js';
import { Licence } from './licences/licence.entity.js';
import { CreateLearningRecords1760000001000 } from './migrations/1760000001000-create-learning-records.js';
import { Result } from './results/result.entity.js';

export const learningRecords: ServiceDefinition = {
  name: 'learning-records',
  entities: [Enrolment, Licence, Result, Credential],
  migrations: [CreateLearningRecords1760000001000],
  config: LearningRecordsConfig,
};
