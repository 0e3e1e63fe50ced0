import type { ServiceDefinition } from '@meistras/platform/bootstrap/service-definition';
import { AccessRecord } from '@meistras/platform/access-log/access-record.entity';
import { migrationsIn } from '@meistras/platform/database/migrations-in';
import { Classifier, ClassifierItem, ClassifierVersion } from './classifiers/classifier.entity.js';
import { AccessAlarm, AccessWatch } from './access-log/access-alarm.entity.js';
import { classifierSeed } from './classifiers/classifiers.seed.js';
import { Employer } from './employers/employer.entity.js';
import { Institution } from './institutions/institution.entity.js';
import { LearnerEntry } from './learners/learner-entry.entity.js';
import { LearnerName } from './learners/learner-name.entity.js';
import { Learner } from './learners/learner.entity.js';
import { Licence } from './licences/licence.entity.js';
import { NonFormalProgramme } from './non-formal-programmes/non-formal-programme.entity.js';
import { PolicyParameter } from './policies/policy-parameter.entity.js';
import { Programme } from './programmes/programme.entity.js';
import { RegisterPeriod } from './register/register-period.entity.js';
import { RegistersConfig } from './registers.config.js';

export const registers: ServiceDefinition = {
  name: 'registers',
  entities: [
    Classifier,
    ClassifierVersion,
    ClassifierItem,
    Institution,
    Programme,
    Learner,
    LearnerEntry,
    LearnerName,
    Licence,
    RegisterPeriod,
    NonFormalProgramme,
    Employer,
    PolicyParameter,
    AccessRecord,
    AccessAlarm,
    AccessWatch,
  ],
  migrations: await migrationsIn(new URL('./migrations/', import.meta.url)),
  config: RegistersConfig,
  seed: classifierSeed,
};
