import type { Transform } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { CredentialIssuedV1 } from '@meistras/contracts/events/learning-records/credential';
import type { EnrolmentPlannedV1 } from '@meistras/contracts/events/learning-records/enrolment';
import {
  CertificateEntryChangedV1,
  CertificateEntryRefusedV1,
  CertificateEntryRegisteredV1,
} from '@meistras/contracts/events/registers/certificate-entry';
import type { ExportFormat } from '@meistras/platform/exports/exports';
import { AccessTrail } from '@meistras/platform/access-log/access-trail';
import type { Reading } from '@meistras/platform/access-log/reading';
import { ReachedReads, setReach } from '@meistras/platform/database/reach';
import { updateRows } from '@meistras/platform/database/rows';
import { missing } from '@meistras/platform/errors/domain-error';
import type { Delivery } from '@meistras/platform/inbox/consumes';
import { announce, Outbox } from '@meistras/platform/outbox/outbox';
import type { Announcement } from '@meistras/platform/outbox/outbox';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { dayIn } from '@meistras/platform/time/clock';
import { EnrolmentsService } from '../enrolments/enrolments.service.js';
import { PersonKeys } from '../personal-data/person-keys.service.js';
import type { PersonExport } from '../personal-data/person-exports.service.js';
import type { FollowedRegister } from '../register/followed-register.js';
import type { Timeline } from '../register/periods.js';
import { toHistoryDto } from '../register/history.js';
import type { HistoryDto } from '../register/register.dto.js';
import { Registers } from '../register/registers.js';
import { CertificateEntry } from './certificate-entry.entity.js';
import { statesOf } from './certificate-entry.rules.js';
import type { Circumstances } from './certificate-entry.rules.js';
import { toCertificateEntryDto } from './certificate-entries.dto.js';
import type {
  CertificateEntriesQuery,
  CertificateEntryDto,
  IsRegisteredDto,
  IsRegisteredQuery,
  SupplementedEntry,
} from './certificate-entries.dto.js';
import { entriesOf, exportedEntries } from './certificate-entries.queries.js';
import type { CertificatePage } from './certificate-entries.queries.js';
import { openingSupplements } from './certificate-supplements.export.js';
import { SealedSupplements } from './sealed-supplements.service.js';
import type { SealedSupplement } from './sealed-supplements.service.js';

/** Before every id. */
const first = '00000000-0000-0000-0000-000000000000';

@Injectable()
export class CertificateEntriesService {
  private readonly register: FollowedRegister<CertificateEntry>;

  constructor(
    registers: Registers,
    private readonly dataSource: DataSource,
    private readonly rows: ReachedReads,
    private readonly enrolments: EnrolmentsService,
    private readonly trail: AccessTrail,
    private readonly outbox: Outbox,
    private readonly keys: PersonKeys,
    private readonly sealed: SealedSupplements,
  ) {
    this.register = registers.openFollowed({
      thing: 'certificate-entry',
      entity: CertificateEntry,
      announceNew: (entry) =>
        entry.state === 'REFUSED' ? refused(entry) : announce(CertificateEntryRegisteredV1, stateOf(entry)),
      announceChange: (before, entry) =>
        entry.state === 'REFUSED' && before.state !== 'REFUSED'
          ? refused(entry)
          : announce(CertificateEntryChangedV1, stateOf(entry)),
    });
  }

  /** Makes an entry say what its owner says now; a supplement goes with the holder. */
  async state(tx: EntityManager, timeline: Timeline<CertificateEntry>): Promise<void> {
    await this.register.follow(tx, timeline);
    await this.sealed.handOver(tx, timeline.id);
  }

  /** Says of an entry what learning-records says of the credential by now. */
  async follow(event: CredentialIssuedV1, { tx, occurredAt }: Delivery): Promise<void> {
    const admissionCode = await this.enrolments.admissionCodeOf(tx, event.enrolmentId);
    await this.restate(tx, event, { admissionCode, saidOn: dayIn(occurredAt, 'Europe/Vilnius') });
  }

  /** R-REG-20, where the credential was heard of before its enrolment. */
  async refuseUnderAnotherCode({ enrolmentId, programmeCode }: EnrolmentPlannedV1, tx: EntityManager): Promise<void> {
    const entries = await tx.findBy(CertificateEntry, { enrolmentId });
    for (const entry of entries.filter((each) => each.programmeCode !== programmeCode)) {
      const credential = { ...entry, credentialId: entry.id, state: 'ISSUED' as const };
      await this.restate(tx, credential, { admissionCode: programmeCode, saidOn: entry.issuedOn });
    }
  }

  async list(query: CertificateEntriesQuery, reading: Reading): Promise<Page<CertificateEntryDto>> {
    const { learnerId, institutionId, registrationNumber, state, limit } = query;
    const wanted = { learnerId, institutionId, registrationNumber, state, limit, after: afterId(query) };
    const rows = await this.read(wanted, reading);
    return toPage(rows, limit, toCertificateEntryDto, ({ id }) => [id]);
  }

  async get(id: string, reading: Reading): Promise<CertificateEntryDto> {
    const [entry] = await this.read({ id, after: first, limit: 1 }, reading);
    if (!entry) throw missing('certificate-entry');
    return toCertificateEntryDto(entry);
  }

  /** All entries within reach, to be sent by `PersonExports`. */
  exported({ institutions: reach }: Reading): PersonExport {
    const entries = exportedEntries(this.dataSource, reach);
    const through = (format: ExportFormat): Transform => openingSupplements(format, (ids) => this.keys.of(ids));
    return { ...entries, rows: { ...entries.rows, through } };
  }

  /** Looking at it is a look at the holder like any other. */
  async history(id: string, reading: Reading): Promise<HistoryDto> {
    await this.get(id, reading);
    const periods = await this.dataSource.transaction(async (tx) => {
      await setReach(tx, reading.institutions);
      return this.register.history(id, tx);
    });
    return toHistoryDto(periods);
  }

  async isRegistered({ registrationNumber, issuedOn }: IsRegisteredQuery): Promise<IsRegisteredDto> {
    // Anybody may ask this of any certificate: it is asked beyond every reach, and says nothing of the holder.
    const found = await this.dataSource.transaction(async (tx) => {
      await setReach(tx, null);
      return tx.findBy(CertificateEntry, { registrationNumber, issuedOn });
    });
    const known = found.filter(({ state }) => state !== 'REFUSED');
    const entry = known.find(({ state }) => state === 'REGISTERED') ?? known[0];
    if (!entry) return { registered: false };
    const { state, kind, institutionId } = entry;
    return { registered: state === 'REGISTERED', state, kind, institutionId };
  }

  /** An entry is announced as changed: its supplement says something else. */
  async announceSupplement(tx: EntityManager, id: string): Promise<void> {
    const entry = await tx
      .createQueryBuilder(CertificateEntry, 'e')
      .where('e.id = :id', { id })
      .setLock('pessimistic_write')
      .getOneOrFail();
    const changed = { ...entry, version: entry.version + 1 };
    await updateRows(tx, CertificateEntry, [changed]);
    await this.outbox.add(tx, CertificateEntryChangedV1, stateOf(changed));
  }

  private async read(wanted: Omit<CertificatePage, 'reach' | 'trail'>, reading: Reading): Promise<SupplementedEntry[]> {
    const reach = reading.institutions;
    const trail = this.trail.valuesOfOne(reading);
    const question = entriesOf(this.dataSource, { ...wanted, reach, trail });
    type Row = CertificateEntry & { supplement: SealedSupplement | null };
    const rows = await this.rows.rows<Row>(reach, ...question);
    const stated = rows.map(({ supplement }) => supplement).filter((supplement) => supplement !== null);
    const facts = await this.sealed.openAll(stated);
    const opened = new Map(stated.map(({ id }, at) => [id, facts[at]]));
    return rows.map((row) => ({ ...row, supplement: (row.supplement && opened.get(row.supplement.id)) ?? null }));
  }

  private async restate(tx: EntityManager, credential: Credential, circumstances: Circumstances): Promise<void> {
    const { kind, learnerId, enrolmentId, institutionId, programmeId, programmeCode } = credential;
    const { registrationNumber, issuedOn, replacedById = null } = credential;
    const facts = { kind, learnerId, enrolmentId, institutionId, programmeId, programmeCode, registrationNumber };
    const stretches = statesOf(credential, circumstances).map(({ validFrom, validTo, state, refusal }) => ({
      ...{ validFrom, validTo },
      facts: { ...facts, issuedOn, state, refusal, replacedById: state === 'REGISTERED' ? null : replacedById },
    }));
    await this.state(tx, { id: credential.credentialId, stretches, provider: institutionId });
  }
}

/** What an entry is made of. */
type Credential = Omit<CredentialIssuedV1, 'kind' | 'version' | 'replacedById' | 'enrolmentId' | 'programmeId'> & {
  kind: string;
  enrolmentId: string | null;
  programmeId: string | null;
  replacedById?: string | null;
};

const refused = (entry: CertificateEntry): Announcement => announce(CertificateEntryRefusedV1, stateOf(entry));

function stateOf(entry: CertificateEntry): CertificateEntryRegisteredV1 {
  const { id, version, enrolmentId, institutionId, programmeCode, issuedOn, state, refusal } = entry;
  return {
    ...{ certificateEntryId: id, version, institutionId, programmeCode, issuedOn, state },
    ...(enrolmentId === null ? {} : { enrolmentId }),
    ...(refusal === null ? {} : { refusal }),
  };
}
