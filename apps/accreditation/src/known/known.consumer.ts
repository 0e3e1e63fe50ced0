import { Controller } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import {
  InstitutionChangedV1,
  InstitutionKeyChangedV1,
  InstitutionRegisteredV1,
} from '@meistras/contracts/events/registers/institution';
import {
  ProgrammeChangedV1,
  ProgrammeKeyChangedV1,
  ProgrammeRegisteredV1,
} from '@meistras/contracts/events/registers/programme';
import { Consumes } from '@meistras/platform/inbox/consumes';
import type { Delivery } from '@meistras/platform/inbox/consumes';
import { KnownInstitution, KnownProgramme } from './known.entity.js';

/** Keeps what the registers announce: only what they know can be accredited. */
@ApiExcludeController()
@Controller()
export class KnownConsumer {
  @Consumes(InstitutionRegisteredV1)
  learnInstitution(event: InstitutionRegisteredV1, { keep }: Delivery): void {
    keep(KnownInstitution, { id: event.institutionId, ...event });
  }

  @Consumes(InstitutionChangedV1)
  learnInstitutionChange(event: InstitutionChangedV1, { keep }: Delivery): void {
    keep(KnownInstitution, { id: event.institutionId, ...event });
  }

  @Consumes(InstitutionKeyChangedV1)
  learnInstitutionCode(event: InstitutionKeyChangedV1, { keep }: Delivery): void {
    keep(KnownInstitution, { id: event.institutionId, ...event });
  }

  @Consumes(ProgrammeRegisteredV1)
  learnProgramme(event: ProgrammeRegisteredV1, { keep }: Delivery): void {
    keep(KnownProgramme, { id: event.programmeId, ...event });
  }

  @Consumes(ProgrammeChangedV1)
  learnProgrammeChange(event: ProgrammeChangedV1, { keep }: Delivery): void {
    keep(KnownProgramme, { id: event.programmeId, ...event });
  }

  @Consumes(ProgrammeKeyChangedV1)
  learnProgrammeCode(event: ProgrammeKeyChangedV1, { keep }: Delivery): void {
    keep(KnownProgramme, { id: event.programmeId, ...event });
  }
}
