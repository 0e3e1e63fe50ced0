import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AgreementSignedV1, AgreementTerminatedV1 } from '@meistras/contracts/events/admission/agreement';
import type { Actor } from '@meistras/platform/auth/actor';
import { updateRows } from '@meistras/platform/database/rows';
import { conflict, missing } from '@meistras/platform/errors/domain-error';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { announce, Outbox } from '@meistras/platform/outbox/outbox';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { InvitationsService } from '../invitations/invitations.service.js';
import { PoliciesService } from '../policies/policies.service.js';
import { RolloverService } from '../rollover/rollover.service.js';
import { StagesService } from '../stages/stages.service.js';
import { Agreement } from './agreement.entity.js';
import { assertMayTerminate, plannedEndOf } from './agreement.rules.js';
import { toAgreementDto } from './agreements.dto.js';
import type { AgreementDto, AgreementsQuery, SignAgreementDto, TerminateAgreementDto } from './agreements.dto.js';
import { holdSignable, storeSigned } from './agreements.queries.js';
import type { Signable } from './agreements.queries.js';
import { assertSignature } from './signing.rules.js';
import type { Signature } from './signing.rules.js';

interface Signing {
  by: Actor;
  once: WriteOnce;
}

@Injectable()
export class AgreementsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly outbox: Outbox,
    private readonly invitations: InvitationsService,
    private readonly rollover: RolloverService,
    private readonly policies: PoliciesService,
    private readonly stages: StagesService,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Both parties have signed: the place is taken (section 4). */
  async sign(invitationId: string, dto: SignAgreementDto, { by, once }: Signing): Promise<AgreementDto> {
    const now = this.clock.now();
    const today = this.stages.dayOf(now);
    const policy = {
      documents: this.policies.on('adm.sign.documents', today),
      minorBelow: this.policies.on('adm.sign.minor', today),
    };
    const { documentsSeen, signedBy = 'APPLICANT', mandateHash, guardianSigned = false } = dto;
    const signature = { documentsSeen, signedBy, mandateHash, guardianSigned };
    return this.idempotency.run(once, async (tx) => {
      const found = await holdSignable(tx, invitationId);
      if (!found) throw missing('invitation');
      by.mustActFor(found.institutionId, 'invitation');
      this.invitations.mustTakeSignature(found);
      assertSignature(signature, { birthYear: found.birthYear, year: Number(today.slice(0, 4)) }, policy);
      if (found.offeringState === 'CLOSED')
        throw conflict('offering-closed', 'The accreditation lapsed: no new learners (R-REG-15).');
      const agreement = this.agreementOf(found, signature, now);
      if (!(await storeSigned(tx, agreement, this.policies.on('adm.oneLiveAgreement', today))))
        throw conflict('live-agreement', 'The learner holds a live agreement on a state-funded place (R-ADM-35).');
      await this.outbox.addAll(tx, [announce(AgreementSignedV1, stateOf(agreement)), this.invitations.signed(found)]);
      return toAgreementDto(agreement);
    });
  }

  async get(id: string, by: Actor): Promise<AgreementDto> {
    const agreement = await this.dataSource.manager.findOneBy(Agreement, { id });
    if (!agreement) throw missing('agreement');
    by.mustActFor(agreement.institutionId, 'agreement');
    return toAgreementDto(agreement);
  }

  async list(query: AgreementsQuery, by: Actor): Promise<Page<AgreementDto>> {
    const select = this.dataSource.manager
      .createQueryBuilder(Agreement, 'a')
      .where('a.id > :after', { after: afterId(query) })
      .orderBy('a.id')
      .limit(query.limit + 1);
    const { institutionId, stageId, learnerId, state } = query;
    const institutions = by.institutionFilter;
    if (institutions) select.andWhere('a.institution_id = ANY(:institutions)', { institutions });
    if (institutionId !== undefined) select.andWhere('a.institution_id = :institutionId', { institutionId });
    if (stageId !== undefined) select.andWhere('a.stage_id = :stageId', { stageId });
    if (learnerId !== undefined) select.andWhere('a.learner_id = :learnerId', { learnerId });
    if (state !== undefined) select.andWhere('a.state = :state', { state });
    return toPage(await select.getMany(), query.limit, toAgreementDto, (row) => [row.id]);
  }

  /** R-ADM-34: the place is free again on that day. The same termination again changes nothing. */
  async terminate(id: string, dto: TerminateAgreementDto, by: Actor): Promise<AgreementDto> {
    return this.dataSource.transaction(async (tx) => {
      const agreement = await tx.findOne(Agreement, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!agreement) throw missing('agreement');
      by.mustActFor(agreement.institutionId, 'agreement');
      const { terminatedOn, reason: terminationReason } = dto;
      if (agreement.terminatedOn === terminatedOn && agreement.terminationReason === terminationReason)
        return toAgreementDto(agreement);
      const now = this.clock.now();
      assertMayTerminate(agreement, terminatedOn, {
        signedOn: this.stages.dayOf(agreement.signedAt),
        today: this.stages.dayOf(now),
      });
      const terminated: Agreement = {
        ...agreement,
        ...{ version: agreement.version + 1, terminatedOn, terminationReason, state: 'TERMINATED', recordedAt: now },
      };
      await updateRows(tx, Agreement, [terminated]);
      if (terminated.fundingType === 'VF') await this.rollover.release(tx, terminated);
      await this.outbox.add(tx, AgreementTerminatedV1, stateOf(terminated));
      return toAgreementDto(terminated);
    });
  }

  private agreementOf(found: Signable, signature: Signature, now: Date): Agreement {
    const { stageId, offeringId, learnerId, institutionId, programmeId, programmeCode } = found;
    const { fieldCode, eqfLevel, credits, fundingType, year, startsOn } = found;
    const creditsPerYear = this.policies.on('adm.agreement.creditsPerYear', this.stages.dayOf(now));
    const plannedEndOn = plannedEndOf(startsOn, credits, creditsPerYear);
    return {
      ...{ id: this.ids.next(), version: 1, invitationId: found.id },
      ...{ stageId, offeringId, learnerId, institutionId, programmeId, programmeCode },
      ...{ fieldCode, eqfLevel, credits, fundingType, year, startsOn, plannedEndOn, liveUntil: plannedEndOn },
      documentsSeen: [...signature.documentsSeen],
      ...{ signedBy: signature.signedBy, guardianSigned: signature.guardianSigned },
      mandateHash: signature.mandateHash ?? null,
      ...{ signedAt: now, recordedAt: now, terminatedOn: null, terminationReason: null, state: 'SIGNED' },
    };
  }
}

function stateOf(agreement: Agreement): AgreementSignedV1 {
  const { id, version, invitationId, learnerId, institutionId, programmeId, programmeCode } = agreement;
  const { fieldCode, eqfLevel, credits, fundingType, year, startsOn, plannedEndOn, state, terminatedOn } = agreement;
  return {
    ...{ agreementId: id, version, invitationId, learnerId, institutionId, programmeId, programmeCode },
    ...{ fieldCode, eqfLevel, credits, fundingType, year, startsOn, plannedEndOn, state },
    signedAt: agreement.signedAt.toISOString(),
    ...(terminatedOn === null ? {} : { terminatedOn }),
  };
}
