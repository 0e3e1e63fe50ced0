import { Module } from '@nestjs/common';
import { AccessTrail } from '@meistras/platform/access-log/access-trail';
import { Clock } from '@meistras/platform/time/clock';
import { PersonalCodes } from '../learners/personal-codes.js';
import { PersonExports } from './person-exports.service.js';

/** What every register of persons needs: sealed personal codes, and records of who looked. */
@Module({
  providers: [
    PersonalCodes,
    PersonExports,
    {
      provide: AccessTrail,
      useFactory: (clock: Clock, codes: PersonalCodes) => new AccessTrail(clock, (userId) => codes.pseudonymOf(userId)),
      inject: [Clock, PersonalCodes],
    },
  ],
  exports: [PersonalCodes, PersonExports, AccessTrail],
})
export class PersonalDataModule {}
