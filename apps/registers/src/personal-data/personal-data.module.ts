import { Module } from '@nestjs/common';
import { AccessTrail } from '@meistras/platform/access-log/access-trail';
import { Clock } from '@meistras/platform/time/clock';
import { PersonalCodes } from '../learners/personal-codes.js';

/** What every register of persons needs: sealed personal codes, and records of who looked. */
@Module({
  providers: [
    PersonalCodes,
    {
      provide: AccessTrail,
      useFactory: (clock: Clock, codes: PersonalCodes) => new AccessTrail(clock, (userId) => codes.pseudonymOf(userId)),
      inject: [Clock, PersonalCodes],
    },
  ],
  exports: [PersonalCodes, AccessTrail],
})
export class PersonalDataModule {}
