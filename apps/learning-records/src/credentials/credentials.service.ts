import { randomBytes, randomInt } from 'node:crypto';
import { BitstringStatusList } from '@digitalbazaar/vc-bitstring-status-list';
import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { CredentialIssuedV1, CredentialRevokedV1 } from '@meistras/contracts/events/learning-records/credential';
import type { Actor } from '@meistras/platform/auth/actor';
import { ServiceConfig } from '@meistras/platform/config/config';
import { conflict, missing } from '@meistras/platform/errors/domain-error';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Outbox } from '@meistras/platform/outbox/outbox';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import type { Enrolment } from '../enrolments/enrolment.entity.js';
import { EnrolmentsService } from '../enrolments/enrolments.service.js';
import { LicencesService } from '../licences/licences.service.js';
import { ResultsService } from '../results/results.service.js';
import { CredentialSigner } from './credential-signer.js';
import { diplomaDocument, statusListDocument, statusListLength, statusPlace } from './credential.document.js';
import type { DiplomaFacts } from './credential.document.js';
import { Credential } from './credential.entity.js';
import { toCredentialDto, toVerificationDto } from './credentials.dto.js';
import type { CredentialDto, CredentialsQuery, IssueCredentialDto, VerificationDto } from './credentials.dto.js';
import { normaliseVerificationCode, verificationCodeFrom } from './verification-code.rules.js';

/** Indexes are drawn from the list after the fullest one when a draw hits a taken place this often. */
const draws = 20;

@Injectable()
export class CredentialsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly enrolments: EnrolmentsService,
    private readonly results: ResultsService,
    private readonly licences: LicencesService,
    private readonly signer: CredentialSigner,
    private readonly outbox: Outbox,
    private readonly config: ServiceConfig,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Issues the diploma of a completed enrolment, if the institution held the licence on the deciding day (R-LR-31, 32). */
  issue(dto: IssueCredentialDto, by: Actor, once: WriteOnce): Promise<CredentialDto> {
    return this.idempotency.run(once, async (tx) => {
      const enrolment = await this.enrolments.getForUpdate(tx, dto.enrolmentId, by);
      const result = await this.results.findPassed(tx, enrolment.id);
      if (!result) throw conflict('assessment-required', 'The enrolment has no passed final assessment.');
      if (!(await this.licences.isLicensed(tx, enrolment.institutionId, enrolment.programmeId, result.decidedOn))) {
        throw conflict('no-licence', `The institution held no licence for the programme on ${result.decidedOn}.`);
      }
      const facts = await this.factsOf(tx, enrolment, dto.registrationNumber);
      const document = await this.signer.sign(diplomaDocument(facts, this.signer.issuer));
      const credential = tx.create(Credential, {
        ...facts,
        version: 1,
        state: 'ISSUED',
        document,
        revokedAt: null,
        revocationReason: null,
      });
      await tx.insert(Credential, credential);
      await this.outbox.add(tx, CredentialIssuedV1, stateOf(credential));
      return toCredentialDto(credential);
    });
  }

  revoke(id: string, reason: string, by: Actor, once: WriteOnce): Promise<CredentialDto> {
    return this.idempotency.run(once, async (tx) => {
      const credential = await this.find(tx, id, by, true);
      if (credential.state === 'REVOKED') throw conflict('credential-state', 'The diploma is revoked already.');
      Object.assign(credential, {
        state: 'REVOKED',
        revokedAt: this.clock.now(),
        revocationReason: reason,
        version: credential.version + 1,
      });
      await tx.save(credential);
      await this.outbox.add(tx, CredentialRevokedV1, stateOf(credential));
      return toCredentialDto(credential);
    });
  }

  async get(id: string, by: Actor): Promise<CredentialDto> {
    return toCredentialDto(await this.find(this.dataSource.manager, id, by, false));
  }

  async list(query: CredentialsQuery, by: Actor): Promise<Page<CredentialDto>> {
    if (query.institutionId !== undefined) by.mustActFor(query.institutionId, 'institution');
    const select = this.dataSource.manager
      .createQueryBuilder(Credential, 'c')
      .where('c.id > :after', { after: afterId(query) })
      .orderBy('c.id')
      .limit(query.limit + 1);
    const institutions = query.institutionId === undefined ? by.institutionFilter : [query.institutionId];
    if (institutions) select.andWhere('c.institution_id = ANY(:institutions)', { institutions });
    if (query.learnerId !== undefined) select.andWhere('c.learner_id = :learnerId', { learnerId: query.learnerId });
    return toPage(await select.getMany(), query.limit, toCredentialDto, (row) => [row.id]);
  }

  /** Public: what the code on a diploma says (R-LR-37). */
  async verify(typed: string): Promise<VerificationDto> {
    const credential = await this.dataSource.manager.findOneBy(Credential, {
      verificationCode: normaliseVerificationCode(typed),
    });
    if (!credential) throw missing('diploma');
    return toVerificationDto(credential);
  }

  /** Public: the revocations of a list, one bit a diploma, signed. */
  async statusList(list: number): Promise<string> {
    const rows: { status_index: number }[] = await this.dataSource.query(
      `SELECT status_index FROM credential WHERE status_index >= $1 AND status_index < $2 AND state = 'REVOKED'`,
      [list * statusListLength, (list + 1) * statusListLength],
    );
    const bits = new BitstringStatusList({ length: statusListLength });
    for (const row of rows) bits.setStatus(statusPlace(row.status_index).entry, true);
    return this.signer.sign(statusListDocument(list, await bits.encode(), this.signer.issuer, this.clock.now()));
  }

  private async factsOf(tx: EntityManager, enrolment: Enrolment, registrationNumber: string): Promise<DiplomaFacts> {
    const { learnerId, institutionId, programmeId, programmeCode, eqfLevel } = enrolment;
    return {
      ...{ learnerId, institutionId, programmeId, programmeCode, eqfLevel, registrationNumber },
      id: this.ids.next(),
      kind: 'QUALIFICATION_DIPLOMA',
      enrolmentId: enrolment.id,
      verificationCode: verificationCodeFrom(randomBytes(12)),
      statusIndex: await drawStatusIndex(tx),
      issuedOn: this.clock.today(this.config.TIME_ZONE),
    };
  }

  private async find(tx: EntityManager, id: string, by: Actor, lock: boolean): Promise<Credential> {
    const institutions = by.institutionFilter;
    const credential = await tx.findOne(Credential, {
      where: { id, ...(institutions ? { institutionId: In(institutions) } : {}) },
      ...(lock ? { lock: { mode: 'pessimistic_write' as const } } : {}),
    });
    if (!credential) throw missing('credential');
    return credential;
  }
}

/** A free place, drawn at random from the newest list; a list more than half full is followed by the next. */
async function drawStatusIndex(tx: EntityManager): Promise<number> {
  const [row]: { used: string }[] = await tx.query('SELECT count(*) AS used FROM credential');
  const list = Math.floor(Number(row?.used ?? 0) / (statusListLength / 2));
  for (let draw = 0; draw < draws; draw += 1) {
    const index = list * statusListLength + randomInt(statusListLength);
    const taken: unknown[] = await tx.query('SELECT 1 FROM credential WHERE status_index = $1', [index]);
    if (taken.length === 0) return index;
  }
  throw conflict('status-list', 'No free place in the status list was found; try again.');
}

function stateOf(credential: Credential): CredentialIssuedV1 {
  const {
    id,
    version,
    kind,
    enrolmentId,
    learnerId,
    institutionId,
    programmeId,
    programmeCode,
    registrationNumber,
    issuedOn,
    state,
  } = credential;
  return {
    credentialId: id,
    version,
    kind,
    enrolmentId,
    learnerId,
    institutionId,
    programmeId,
    programmeCode,
    registrationNumber,
    issuedOn,
    state,
  };
}
