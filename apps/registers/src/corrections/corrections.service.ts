import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { RecordCorrectedV1 } from '@meistras/contracts/events/registers/record';
import { AccessTrail } from '@meistras/platform/access-log/access-trail';
import type { Reading } from '@meistras/platform/access-log/reading';
import { ReachedReads, setReach } from '@meistras/platform/database/reach';
import { insertRows, updateRows } from '@meistras/platform/database/rows';
import { conflict, invalid, missing } from '@meistras/platform/errors/domain-error';
import { mustBeCurrent } from '@meistras/platform/http/etag';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Outbox } from '@meistras/platform/outbox/outbox';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { maySeeProtected } from '../learners/learner-reach.js';
import { selfOf } from '../learners/learner-self.js';
import { CorrectionRequest } from './correction-request.entity.js';
import { namesAnEntry, stateAfter } from './correction.rules.js';
import type { CorrectionAct } from './correction.rules.js';
import { toCorrectionDto } from './corrections.dto.js';
import type {
  CorrectionRequestDto,
  CorrectionsQuery,
  RequestCertificateCorrectionDto,
  RequestMyCorrectionDto,
} from './corrections.dto.js';
import { certificateOf, correctionsOf, entryOf } from './corrections.queries.js';
import type { WantedCorrections } from './corrections.queries.js';

/** Before every id. */
const first = '00000000-0000-0000-0000-000000000000';

/** A decision on the version that was read. */
export interface CorrectionDecision {
  readVersion: number;
  reading: Reading;
  reason: string | undefined;
}

/** Requests to correct what is held of a person: by the person, and by whoever answers for a certificate (R-REG-19). */
@Injectable()
export class CorrectionsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly rows: ReachedReads,
    private readonly trail: AccessTrail,
    private readonly idempotency: Idempotency,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  requestMine(dto: RequestMyCorrectionDto, { by }: Reading, once: WriteOnce): Promise<CorrectionRequestDto> {
    const subject = by.mustBePerson();
    return this.idempotency.run(once, async (tx) => {
      await setReach(tx, null);
      const self = await selfOf(tx, subject);
      const { about, entryId, statement } = dto;
      const entry = namesAnEntry(about)
        ? await entryOf(tx, about, entryId, self.ids)
        : { entryId: self.learnerId, institutionId: self.institutionId };
      if (!entry) throw unknownEntry();
      const asked = { askedBy: 'PERSON' as const, providerId: null };
      return this.add(tx, { learnerId: self.learnerId, about, statement, ...entry, ...asked });
    });
  }

  /** A national body decides: the institution that asks holds the entry itself. */
  requestOfCertificate(dto: RequestCertificateCorrectionDto, once: WriteOnce): Promise<CorrectionRequestDto> {
    return this.idempotency.run(once, async (tx) => {
      await setReach(tx, [dto.institutionId]);
      const found = await certificateOf(tx, dto.entryId, dto.institutionId);
      if (!found) throw unknownEntry();
      const asked = { askedBy: 'PROVIDER' as const, providerId: dto.institutionId, institutionId: null };
      return this.add(tx, { about: 'CERTIFICATE_ENTRY', statement: dto.statement, ...found, ...asked });
    });
  }

  list({ state, ...query }: CorrectionsQuery, reading: Reading): Promise<Page<CorrectionRequestDto>> {
    const seen = { reach: reading.institutions, protectedToo: maySeeProtected(reading.by) };
    return this.page({ state, after: afterId(query), limit: query.limit, ...seen }, reading);
  }

  async listMine({ state, ...query }: CorrectionsQuery, reading: Reading): Promise<Page<CorrectionRequestDto>> {
    const subject = reading.by.mustBePerson();
    const self = await this.dataSource.transaction(async (tx) => {
      await setReach(tx, null);
      return selfOf(tx, subject);
    });
    const wanted = { state, ofPerson: self.ids, after: afterId(query), limit: query.limit };
    const own: Reading = { ...reading, purpose: reading.purpose ?? 'PERSON_REQUEST' };
    return this.page({ ...wanted, reach: null, protectedToo: true }, own);
  }

  async get(id: string, reading: Reading): Promise<CorrectionRequestDto> {
    const question = this.questionOf(id, reading);
    const [request] = await this.rows.rows<CorrectionRequest>(reading.institutions, ...question);
    if (!request) throw missing('correction request');
    return toCorrectionDto(request);
  }

  /** By whoever holds the entry, which is corrected where it is held: this says that it was, or why not. */
  async decide(
    id: string,
    act: CorrectionAct,
    { readVersion, reading, reason }: CorrectionDecision,
  ): Promise<CorrectionRequestDto> {
    const { by, institutions } = reading;
    return this.dataSource.transaction(async (tx) => {
      await setReach(tx, institutions);
      const [{ text }, values] = this.questionOf(id, reading);
      const [seen]: CorrectionRequest[] = await tx.query(text, values);
      const request =
        seen && (await tx.findOne(CorrectionRequest, { where: { id }, lock: { mode: 'pessimistic_write' } }));
      if (!request) throw missing('correction request');
      if (!by.national && (request.institutionId === null || !by.actsFor(request.institutionId)))
        throw conflict('correction-not-yours', 'Whoever holds the entry decides.');
      mustBeCurrent(request, readVersion);
      const state = stateAfter(request.state, act);
      if (state === undefined) throw conflict('correction-decided', `The request is ${request.state}.`);
      const decided = { decidedBy: by.clientId, decidedAt: this.clock.now(), reason: reason ?? null };
      const changed: CorrectionRequest = { ...request, ...decided, state, version: request.version + 1 };
      await updateRows(tx, CorrectionRequest, [changed]);
      if (state === 'ACCEPTED') await this.outbox.add(tx, RecordCorrectedV1, correctedOf(changed));
      return toCorrectionDto(changed);
    });
  }

  private async add(
    tx: EntityManager,
    facts: Omit<CorrectionRequest, 'id' | 'version' | 'state' | 'askedAt' | 'decidedBy' | 'decidedAt' | 'reason'>,
  ): Promise<CorrectionRequestDto> {
    const decided = { decidedBy: null, decidedAt: null, reason: null };
    const request: CorrectionRequest = {
      ...{ id: this.ids.next(), version: 1, state: 'OPEN', askedAt: this.clock.now() },
      ...{ ...facts, statement: facts.statement.normalize('NFC') },
      ...decided,
    };
    // Throws the constraint's conflict where the same is asked for already.
    await insertRows(tx, CorrectionRequest, [request]);
    return toCorrectionDto(request);
  }

  private questionOf(id: string, reading: Reading): ReturnType<typeof correctionsOf> {
    const seen = { reach: reading.institutions, protectedToo: maySeeProtected(reading.by) };
    const trail = this.trail.valuesOfOne(reading);
    return correctionsOf(this.dataSource, { id, after: first, limit: 1, ...seen, trail });
  }

  private async page(wanted: Omit<WantedCorrections, 'trail'>, reading: Reading): Promise<Page<CorrectionRequestDto>> {
    const question = correctionsOf(this.dataSource, { ...wanted, trail: this.trail.valuesOfOne(reading) });
    const rows = await this.rows.rows<CorrectionRequest>(wanted.reach, ...question);
    return toPage(rows, wanted.limit, toCorrectionDto, ({ id }) => [id]);
  }
}

const unknownEntry = (): Error =>
  invalid('invalid-input', 'The body has faults.', [
    { pointer: '/entryId', code: 'UNKNOWN', message: 'No such entry.' },
  ]);

function correctedOf({ id, version, about, entryId, learnerId, institutionId }: CorrectionRequest): RecordCorrectedV1 {
  const holder = institutionId === null ? {} : { institutionId };
  return { correctionRequestId: id, version, about, entryId, learnerId, ...holder };
}
