import { Controller } from '@nestjs/common';
import { InstitutionChangedV1, InstitutionRegisteredV1 } from '@meistras/contracts/events/registers/institution';
import { LearnerChangedV1, LearnerRegisteredV1 } from '@meistras/contracts/events/registers/learner';
import { ProgrammeChangedV1, ProgrammeRegisteredV1 } from '@meistras/contracts/events/registers/programme';
import { Consumes } from '@meistras/platform/inbox/consumes';
import type { Delivery } from '@meistras/platform/inbox/consumes';

/** Keeps what admission must know of the registers. The newest version of each aggregate wins. */
@Controller()
export class ReferenceConsumer {
  @Consumes(InstitutionRegisteredV1)
  async rememberInstitution(event: InstitutionRegisteredV1, { tx }: Delivery): Promise<void> {
    const { institutionId, version, codeScheme, code, state } = event;
    await tx.query(
      `INSERT INTO known_institution AS k (institution_id, version, code_scheme, code, state) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (institution_id) DO UPDATE SET version = excluded.version, code_scheme = excluded.code_scheme,
         code = excluded.code, state = excluded.state WHERE k.version < excluded.version`,
      [institutionId, version, codeScheme, code, state],
    );
  }

  @Consumes(InstitutionChangedV1)
  async followInstitution(event: InstitutionChangedV1, delivery: Delivery): Promise<void> {
    await this.rememberInstitution(event, delivery);
  }

  @Consumes(ProgrammeRegisteredV1)
  async rememberProgramme(event: ProgrammeRegisteredV1, { tx }: Delivery): Promise<void> {
    const { programmeId, version, codeScheme, code, fieldCode, kind, eqfLevel, credits, state } = event;
    await tx.query(
      `INSERT INTO known_programme AS k
         (programme_id, version, code_scheme, code, field_code, kind, eqf_level, credits, state)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (programme_id) DO UPDATE SET version = excluded.version, code_scheme = excluded.code_scheme,
         code = excluded.code, field_code = excluded.field_code, kind = excluded.kind, eqf_level = excluded.eqf_level,
         credits = excluded.credits, state = excluded.state WHERE k.version < excluded.version`,
      [programmeId, version, codeScheme, code, fieldCode, kind, eqfLevel, credits, state],
    );
  }

  @Consumes(ProgrammeChangedV1)
  async followProgramme(event: ProgrammeChangedV1, delivery: Delivery): Promise<void> {
    await this.rememberProgramme(event, delivery);
  }

  @Consumes(LearnerRegisteredV1)
  async rememberLearner(event: LearnerRegisteredV1, { tx }: Delivery): Promise<void> {
    const { learnerId, version, institutionId, birthYear } = event;
    await tx.query(
      `INSERT INTO known_learner AS k (learner_id, version, institution_id, birth_year) VALUES ($1, $2, $3, $4)
       ON CONFLICT (learner_id) DO UPDATE SET version = excluded.version, institution_id = excluded.institution_id,
         birth_year = excluded.birth_year WHERE k.version < excluded.version`,
      [learnerId, version, institutionId ?? null, birthYear],
    );
  }

  @Consumes(LearnerChangedV1)
  async followLearner(event: LearnerChangedV1, delivery: Delivery): Promise<void> {
    await this.rememberLearner(event, delivery);
  }
}
