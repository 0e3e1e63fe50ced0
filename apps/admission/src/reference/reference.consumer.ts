import { Controller } from '@nestjs/common';
import {
  InstitutionChangedV1,
  InstitutionKeyChangedV1,
  InstitutionRegisteredV1,
} from '@meistras/contracts/events/registers/institution';
import { LearnerChangedV1, LearnerRegisteredV1 } from '@meistras/contracts/events/registers/learner';
import {
  ProgrammeChangedV1,
  ProgrammeKeyChangedV1,
  ProgrammeRegisteredV1,
} from '@meistras/contracts/events/registers/programme';
import { Consumes } from '@meistras/platform/inbox/consumes';
import type { Delivery } from '@meistras/platform/inbox/consumes';
import { KnownInstitution } from './known-institution.entity.js';
import { KnownLearner } from './known-learner.entity.js';
import { KnownProgramme } from './known-programme.entity.js';

/** Keeps what admission must know of the registers. The newest version of each aggregate wins. */
@Controller()
export class ReferenceConsumer {
  @Consumes(InstitutionRegisteredV1)
  rememberInstitution(event: InstitutionRegisteredV1, { keep }: Delivery): void {
    keep(KnownInstitution, event);
  }

  @Consumes(InstitutionChangedV1)
  followInstitution(event: InstitutionChangedV1, { keep }: Delivery): void {
    keep(KnownInstitution, event);
  }

  @Consumes(InstitutionKeyChangedV1)
  followInstitutionCode(event: InstitutionKeyChangedV1, { keep }: Delivery): void {
    keep(KnownInstitution, event);
  }

  @Consumes(ProgrammeRegisteredV1)
  rememberProgramme(event: ProgrammeRegisteredV1, { keep }: Delivery): void {
    keep(KnownProgramme, event);
  }

  @Consumes(ProgrammeChangedV1)
  followProgramme(event: ProgrammeChangedV1, { keep }: Delivery): void {
    keep(KnownProgramme, event);
  }

  @Consumes(ProgrammeKeyChangedV1)
  followProgrammeCode(event: ProgrammeKeyChangedV1, { keep }: Delivery): void {
    keep(KnownProgramme, event);
  }

  @Consumes(LearnerRegisteredV1)
  rememberLearner(event: LearnerRegisteredV1, { keep }: Delivery): void {
    keep(KnownLearner, event);
  }

  @Consumes(LearnerChangedV1)
  followLearner(event: LearnerChangedV1, { keep }: Delivery): void {
    keep(KnownLearner, event);
  }
}
