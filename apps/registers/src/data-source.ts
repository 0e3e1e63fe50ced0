import type { ServiceDefinition } from '@meistras/platform/bootstrap/service-definition';
import { AccessRecord } from '@meistras/platform/access-log/access-record.entity';
import { BulkAccess } from '@meistras/platform/access-log/bulk-access.entity';
import { migrationsIn } from '@meistras/platform/database/migrations-in';
import { CertificateEntry } from './certificate-entries/certificate-entry.entity.js';
import { CertificateSupplement } from './certificate-entries/certificate-supplement.entity.js';
import { Classifier, ClassifierItem, ClassifierVersion } from './classifiers/classifier.entity.js';
import { AccessAlarm, AccessWatch } from './access-log/access-alarm.entity.js';
import { classifierSeed } from './classifiers/classifiers.seed.js';
import { CorrectionRequest } from './corrections/correction-request.entity.js';
import { Draft } from './drafts/draft.entity.js';
import { Employer } from './employers/employer.entity.js';
import { Enrolment } from './enrolments/enrolment.entity.js';
import { LateEntry } from './enrolments/late-entry.entity.js';
import { Erasure } from './erasures/erasure.entity.js';
import { Institution } from './institutions/institution.entity.js';
import { LearnerFile } from './learner-files/learner-file.entity.js';
import { LearnerEntry } from './learners/learner-entry.entity.js';
import { LearnerRedirect } from './learners/learner-redirect.entity.js';
import { LearnerName } from './learners/learner-name.entity.js';
import { Learner } from './learners/learner.entity.js';
import { Licence } from './licences/licence.entity.js';
import { MatchDay, MatchReview } from './match-reviews/match-review.entity.js';
import { NonFormalProgramme } from './non-formal-programmes/non-formal-programme.entity.js';
import { OccupationalStandard } from './occupational-standards/occupational-standard.entity.js';
import { PersonKey, SealedBefore } from './personal-data/person-key.entity.js';
import { PolicyParameter } from './policies/policy-parameter.entity.js';
import { Programme } from './programmes/programme.entity.js';
import { Qualification } from './qualifications/qualification.entity.js';
import { RegisterPeriod } from './register/register-period.entity.js';
import { Snapshot, SnapshotFigure } from './snapshots/snapshot.entity.js';
import { StaffCategory } from './staff/staff-category.entity.js';
import { StaffDevelopment } from './staff/staff-development.entity.js';
import { StaffMember } from './staff/staff-member.entity.js';
import { StaffRedirect } from './staff/staff-redirect.entity.js';
import { StaffPost } from './staff/staff-post.entity.js';
import { Transfer } from './transfers/transfer.entity.js';
import { RegistersConfig } from './registers.config.js';

export const registers: ServiceDefinition = {
  name: 'registers',
  entities: [
    Classifier,
    ClassifierVersion,
    ClassifierItem,
    Institution,
    Programme,
    Qualification,
    OccupationalStandard,
    Learner,
    LearnerEntry,
    LearnerFile,
    Draft,
    Erasure,
    CorrectionRequest,
    LearnerName,
    PersonKey,
    SealedBefore,
    LearnerRedirect,
    MatchReview,
    MatchDay,
    Transfer,
    StaffMember,
    StaffPost,
    StaffRedirect,
    StaffCategory,
    StaffDevelopment,
    Enrolment,
    LateEntry,
    Snapshot,
    SnapshotFigure,
    CertificateEntry,
    CertificateSupplement,
    Licence,
    RegisterPeriod,
    NonFormalProgramme,
    Employer,
    PolicyParameter,
    AccessRecord,
    BulkAccess,
    AccessAlarm,
    AccessWatch,
  ],
  migrations: await migrationsIn(new URL('./migrations/', import.meta.url)),
  config: RegistersConfig,
  seed: classifierSeed,
};
