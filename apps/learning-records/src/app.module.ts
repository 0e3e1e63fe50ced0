import { CredentialsModule } from './credentials/credentials.module.js';
import { EnrolmentsModule } from './enrolments/enrolments.module.js';
import { LicencesModule } from './licences/licences.module.js';
import { ResultsModule } from './results/results.module.js';

/** The table of contents of the service. */
export const features = [LicencesModule, EnrolmentsModule, ResultsModule, CredentialsModule];
