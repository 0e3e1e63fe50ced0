import { Module } from '@nestjs/common';
import { AccessTrail } from '@meistras/platform/access-log/access-trail';
import { Clock } from '@meistras/platform/time/clock';
import { PersonalCodes } from '../learners/personal-codes.js';
import { KeyRenewalService } from './key-renewal.service.js';
import { PersonExports } from './person-exports.service.js';
import { PersonKeys } from './person-keys.service.js';
import { ServiceKeys } from './service-keys.js';

/** What every register of persons needs: keys of persons, sealed personal codes, and records of who looked. */
@Module({
  providers: [
    ServiceKeys,
    PersonKeys,
    KeyRenewalService,
    PersonalCodes,
    PersonExports,
    {
      provide: AccessTrail,
      useFactory: (clock: Clock, codes: PersonalCodes) => new AccessTrail(clock, (userId) => codes.pseudonymOf(userId)),
      inject: [Clock, PersonalCodes],
    },
  ],
  exports: [PersonKeys, PersonalCodes, PersonExports, AccessTrail],
})
export class PersonalDataModule {}
