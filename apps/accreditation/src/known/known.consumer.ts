import { Controller } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { InstitutionChangedV1, InstitutionRegisteredV1 } from '@meistras/contracts/events/registers/institution';
import { ProgrammeChangedV1, ProgrammeRegisteredV1 } from '@meistras/contracts/events/registers/programme';
import { Consumes } from '@meistras/platform/inbox/consumes';
import type { Delivery } from '@meistras/platform/inbox/consumes';

/** Keeps what the registers announce: only what they know can be accredited. */
@ApiExcludeController()
@Controller()
export class KnownConsumer {
  @Consumes(InstitutionRegisteredV1)
  learnInstitution(event: InstitutionRegisteredV1, delivery: Delivery): Promise<void> {
    return keep('known_institution', { id: event.institutionId, ...event }, delivery);
  }

  @Consumes(InstitutionChangedV1)
  learnInstitutionChange(event: InstitutionChangedV1, delivery: Delivery): Promise<void> {
    return keep('known_institution', { id: event.institutionId, ...event }, delivery);
  }

  @Consumes(ProgrammeRegisteredV1)
  learnProgramme(event: ProgrammeRegisteredV1, delivery: Delivery): Promise<void> {
    return keep('known_programme', { id: event.programmeId, ...event }, delivery);
  }

  @Consumes(ProgrammeChangedV1)
  learnProgrammeChange(event: ProgrammeChangedV1, delivery: Delivery): Promise<void> {
    return keep('known_programme', { id: event.programmeId, ...event }, delivery);
  }
}

interface Known {
  id: string;
  version: number;
  codeScheme: string;
  code: string;
  state: string;
}

async function keep(table: 'known_institution' | 'known_programme', known: Known, { tx }: Delivery): Promise<void> {
  await tx.query(
    `INSERT INTO ${table} AS k (id, version, code_scheme, code, state) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, code_scheme = excluded.code_scheme,
       code = excluded.code, state = excluded.state
     WHERE k.version < excluded.version`,
    [known.id, known.version, known.codeScheme, known.code, known.state],
  );
}
