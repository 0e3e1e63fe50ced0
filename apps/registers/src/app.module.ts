import { InstitutionsModule } from './institutions/institutions.module.js';

/** The table of contents of the service. */
export const features = [InstitutionsModule];
