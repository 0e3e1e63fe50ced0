import { AccessLogModule } from './access-log/access-log.module.js';
import { CertificateEntriesModule } from './certificate-entries/certificate-entries.module.js';
import { ClassifiersModule } from './classifiers/classifiers.module.js';
import { CorrectionsModule } from './corrections/corrections.module.js';
import { EmployersModule } from './employers/employers.module.js';
import { EnrolmentsModule } from './enrolments/enrolments.module.js';
import { ErasuresModule } from './erasures/erasures.module.js';
import { InstitutionsModule } from './institutions/institutions.module.js';
import { LearnerEntriesModule } from './learner-entries/learner-entries.module.js';
import { LearnerFilesModule } from './learner-files/learner-files.module.js';
import { LearnersModule } from './learners/learners.module.js';
import { LicencesModule } from './licences/licences.module.js';
import { MeModule } from './me/me.module.js';
import { MatchReviewsModule } from './match-reviews/match-reviews.module.js';
import { NonFormalProgrammesModule } from './non-formal-programmes/non-formal-programmes.module.js';
import { OccupationalStandardsModule } from './occupational-standards/occupational-standards.module.js';
import { PoliciesModule } from './policies/policies.module.js';
import { ProgrammesModule } from './programmes/programmes.module.js';
import { QualificationsModule } from './qualifications/qualifications.module.js';
import { SnapshotsModule } from './snapshots/snapshots.module.js';
import { StaffModule } from './staff/staff.module.js';
import { TransfersModule } from './transfers/transfers.module.js';
import { RegistersWebhooksModule } from './webhooks/webhooks.module.js';

/** The table of contents of the service. */
export const features = [
  ClassifiersModule,
  InstitutionsModule,
  ProgrammesModule,
  QualificationsModule,
  OccupationalStandardsModule,
  LearnersModule,
  LearnerEntriesModule,
  LearnerFilesModule,
  ErasuresModule,
  MeModule,
  CorrectionsModule,
  MatchReviewsModule,
  TransfersModule,
  StaffModule,
  LicencesModule,
  EnrolmentsModule,
  SnapshotsModule,
  CertificateEntriesModule,
  NonFormalProgrammesModule,
  EmployersModule,
  PoliciesModule,
  AccessLogModule,
  RegistersWebhooksModule,
];
