import { Type } from 'class-transformer';
import { IsOptional, IsString, Matches, MaxLength, MinLength, ValidateNested } from 'class-validator';
import { Injectable } from '@nestjs/common';
import { IntersectionType } from '@nestjs/swagger';
import type { EntityManager } from 'typeorm';
import type { Actor } from '@meistras/platform/auth/actor';
import { setReach } from '@meistras/platform/database/reach';
import type { Fault } from '@meistras/platform/errors/domain-error';
import { IsDay } from '@meistras/platform/http/day';
import type { RowOutcome } from '@meistras/platform/imports/import-kind';
import { Ids } from '@meistras/platform/time/clock';
import { institutionsNamed, NamedInstitution } from '../institutions/named-institution.js';
import { holdLearners } from '../learners/learner-lock.js';
import { maySeeProtected } from '../learners/learner-reach.js';
import { learnersNamed, NamedLearner, unknownLearner } from '../learners/named-learner.js';
import type { SoughtLearner } from '../learners/named-learner.js';
import { PersonalCodes } from '../learners/personal-codes.js';
import { paperStatesOf } from './certificate-entry.rules.js';
import { enteredAlready, programmesOf } from './certificate-entries.queries.js';
import type { EnteredAlready } from './certificate-entries.queries.js';
import { CertificateEntry } from './certificate-entry.entity.js';
import { StatedSupplementDto } from './certificate-supplement.dto.js';
import { supplementFaults } from './certificate-supplement.rules.js';
import { CertificateSupplementsService } from './certificate-supplements.service.js';
import { CertificateEntriesService } from './certificate-entries.service.js';

/** A diploma or certificate that was issued on paper or entered in an older register. */
export class CertificateRow extends IntersectionType(NamedLearner, NamedInstitution) {
  @Matches(/^[A-Z][A-Z_]{0,39}$/)
  kind: string;

  @Matches(/^\S{1,20}$/)
  programmeCode: string;

  @Matches(/^\S{1,20}$/)
  registrationNumber: string;

  @IsDay()
  issuedOn: string;

  /** First day on which it holds no more. */
  @IsOptional()
  @IsDay()
  annulledOn?: string;

  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  legalBasis?: string;

  /** What its supplement says; NDJSON alone. Of one that learning-records issued it is all that a row may say. */
  @IsOptional()
  @ValidateNested()
  @Type(() => StatedSupplementDto)
  supplement?: StatedSupplementDto;
}

/** A row with all that can be said of it without the register. */
export interface PreparedCertificate extends SoughtLearner {
  row: CertificateRow;
}

const followed: Fault[] = [
  {
    ...{ pointer: '/registrationNumber', code: 'ISSUED_HERE' },
    message: 'Learning-records issued it: it is corrected there.',
  },
];

const otherHolder: Fault[] = [
  { pointer: '/learnerId', code: 'OTHER_HOLDER', message: 'The diploma of this number is another person’s.' },
];

/** Entries that no event brings: found again by institution, number and day of issue; who issued them answers for them (R-REG-19). */
@Injectable()
export class CertificateEntriesBulk {
  constructor(
    private readonly entries: CertificateEntriesService,
    private readonly supplements: CertificateSupplementsService,
    private readonly codes: PersonalCodes,
    private readonly ids: Ids,
  ) {}

  prepare(row: CertificateRow): PreparedCertificate {
    const indexes = row.personalCode === undefined ? undefined : this.codes.indexesOf(row.personalCode);
    return { row, learnerId: row.learnerId?.toLowerCase(), indexes };
  }

  async storeAll(tx: EntityManager, prepared: PreparedCertificate[], by: Actor): Promise<RowOutcome[]> {
    await setReach(tx, null);
    const rows = prepared.map(({ row }) => row);
    const holders = await learnersNamed(tx, prepared, maySeeProtected(by));
    const stating = holders.filter((id, at) => id !== undefined && rows[at]?.supplement !== undefined) as string[];
    await holdLearners(tx, stating);
    const institutions = await institutionsNamed(tx, rows);
    const programmes = await programmesOf(tx, rows);
    const outcomes: RowOutcome[] = [];
    // One after another: two rows of one number are of one entry.
    for (const [at, row] of rows.entries()) {
      const [learnerId, institutionId] = [holders[at], institutions[at]!];
      const faults = [
        ...(learnerId === undefined ? unknownLearner : []),
        ...(Array.isArray(institutionId) ? institutionId : []),
        ...faultsOf(row),
      ];
      if (faults.length > 0 || learnerId === undefined || Array.isArray(institutionId)) {
        outcomes.push(faults);
        continue;
      }
      const found = await enteredAlready(tx, { ...row, institutionId });
      const facts = { learnerId, institutionId, programmeId: programmes[at] ?? null };
      outcomes.push(
        await (found?.isFollowed ? this.supplement(tx, row, facts, found) : this.enter(tx, row, facts, found)),
      );
    }
    return outcomes;
  }

  private async enter(
    tx: EntityManager,
    row: CertificateRow,
    about: { learnerId: string; institutionId: string; programmeId: string | null },
    found: EnteredAlready | undefined,
  ): Promise<RowOutcome> {
    const { kind, programmeCode, registrationNumber, issuedOn, legalBasis } = row;
    const facts = { ...about, kind, programmeCode, registrationNumber, issuedOn };
    const stretches = paperStatesOf(row).map(({ state, validFrom, validTo }) => ({
      ...{ validFrom, validTo, ...(legalBasis === undefined ? {} : { legalBasis }) },
      facts: { ...facts, enrolmentId: null, replacedById: null, refusal: null, state },
    }));
    const id = found?.id ?? this.ids.next();
    await this.entries.state(tx, { id, stretches, provider: about.institutionId });
    await this.state(tx, id, row, about.institutionId);
    if (!found) return 'created';
    return (await enteredAlready(tx, { ...row, ...about }))?.version === found.version ? 'unchanged' : 'updated';
  }

  /** Of an entry that learning-records issued only the supplement is said here. */
  private async supplement(
    tx: EntityManager,
    row: CertificateRow,
    { learnerId, institutionId }: { learnerId: string; institutionId: string },
    found: EnteredAlready,
  ): Promise<RowOutcome> {
    if (row.supplement === undefined) return followed;
    if (found.learnerId !== learnerId) return otherHolder;
    return (await this.state(tx, found.id, row, institutionId)) === 'unchanged' ? 'unchanged' : 'updated';
  }

  private async state(
    tx: EntityManager,
    id: string,
    { supplement: stated }: CertificateRow,
    provider: string,
  ): Promise<RowOutcome> {
    if (stated === undefined) return 'unchanged';
    const entry = await tx.findOneByOrFail(CertificateEntry, { id });
    return this.supplements.store(tx, { entry, stated, provider });
  }
}

function faultsOf({ issuedOn, annulledOn, supplement }: CertificateRow): Fault[] {
  const faults = supplement ? supplementFaults(supplement, issuedOn) : [];
  const nested = faults.map((fault) => ({ ...fault, pointer: `/supplement${fault.pointer}` }));
  if (annulledOn === undefined || annulledOn > issuedOn) return nested;
  return [
    ...nested,
    { pointer: '/annulledOn', code: 'BEFORE_ISSUE', message: 'It is annulled after the day of issue at the earliest.' },
  ];
}
