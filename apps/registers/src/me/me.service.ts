import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { AccessTrail, trailOfOne } from '@meistras/platform/access-log/access-trail';
import type { Reading } from '@meistras/platform/access-log/reading';
import { setReach } from '@meistras/platform/database/reach';
import { CertificateEntry } from '../certificate-entries/certificate-entry.entity.js';
import { CertificateSupplement } from '../certificate-entries/certificate-supplement.entity.js';
import { openSupplement } from '../certificate-entries/sealed-supplements.service.js';
import { toCertificateEntryDto } from '../certificate-entries/certificate-entries.dto.js';
import { LearnerEntriesService } from '../learner-entries/learner-entries.service.js';
import { LearnerFile } from '../learner-files/learner-file.entity.js';
import type { LearnerFileKind } from '../learner-files/learner-file.entity.js';
import { toFileDto } from '../learner-files/learner-files.service.js';
import { Learner } from '../learners/learner.entity.js';
import { selfOf } from '../learners/learner-self.js';
import { toLearnerDto } from '../learners/learners.dto.js';
import { PersonKeys } from '../personal-data/person-keys.service.js';
import type { MyRecordDto } from './me.dto.js';

const names: Record<LearnerFileKind, 'guardians' | 'contacts' | 'specialNeeds' | 'priorEducation'> = {
  GUARDIANS: 'guardians',
  CONTACTS: 'contacts',
  SPECIAL_NEEDS: 'specialNeeds',
  PRIOR_EDUCATION: 'priorEducation',
};

/** What is held about the person whom a token names. It leaves a record like any other read. */
@Injectable()
export class MeService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly trail: AccessTrail,
    private readonly keys: PersonKeys,
    private readonly entries: LearnerEntriesService,
  ) {}

  async get(reading: Reading): Promise<MyRecordDto> {
    const subject = reading.by.mustBePerson();
    const own: Reading = { ...reading, purpose: reading.purpose ?? 'PERSON_REQUEST' };
    return this.dataSource.transaction(async (tx) => {
      await setReach(tx, null);
      const { learnerId, ids } = await selfOf(tx, subject);
      const trail = trailOfOne('(SELECT $9::uuid AS id)', 1);
      await tx.query(trail, [...this.trail.valuesOfOne(own), learnerId]);
      const learner = await tx.findOneByOrFail(Learner, { id: learnerId });
      const files = await tx.findBy(LearnerFile, { learnerId });
      const certificates = await tx.find(CertificateEntry, { where: { learnerId: In(ids) }, order: { id: 'ASC' } });
      const stated = await tx.findBy(CertificateSupplement, {
        certificateEntryId: In(certificates.map(({ id }) => id)),
      });
      const holders = await this.keys.of(ids, tx);
      const supplements = new Map(stated.map((each) => [each.certificateEntryId, openSupplement(each, holders)]));
      return {
        ...{ learner: toLearnerDto(learner), holdsPersonalCode: learner.personalCodeIndex !== null },
        formerIds: ids.filter((id) => id !== learnerId),
        ...Object.fromEntries(files.map((file) => [names[file.kind], toFileDto(file, holders.get(learnerId))])),
        enrolments: await this.entries.ofLearners(tx, ids),
        certificates: certificates.map((entry) =>
          toCertificateEntryDto({ ...entry, supplement: supplements.get(entry.id) ?? null }),
        ),
      };
    });
  }
}
