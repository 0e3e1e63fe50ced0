import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Actor } from '@meistras/platform/auth/actor';
import { insertRows, updateRows } from '@meistras/platform/database/rows';
import { conflict, missing } from '@meistras/platform/errors/domain-error';
import { mustBeCurrent } from '@meistras/platform/http/etag';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { addWorkingDays } from '@meistras/platform/time/working-days';
import type { FundingType } from '../allocation/allocation-problem.js';
import { ApplicationsService } from '../applications/applications.service.js';
import { InvitationsService } from '../invitations/invitations.service.js';
import type { Place } from '../invitations/invitations.service.js';
import { PoliciesService } from '../policies/policies.service.js';
import { StagesService } from '../stages/stages.service.js';
import type { Stage } from '../stages/stages.service.js';
import { Complaint } from './complaint.entity.js';
import { assertMayComplain, assertOpen } from './complaint.rules.js';
import { toComplaintDto } from './complaints.dto.js';
import type { ComplaintDto, ComplaintsQuery, DecideComplaintDto, FileComplaintDto } from './complaints.dto.js';

interface Wanted {
  applicationId: string;
  offeringId: string;
  fundingType: FundingType;
}

/** Complaints about results, and what a won one gives (R-ADM-37). */
@Injectable()
export class ComplaintsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly applications: ApplicationsService,
    private readonly invitations: InvitationsService,
    private readonly stages: StagesService,
    private readonly policies: PoliciesService,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  async file(dto: FileComplaintDto, by: Actor, once: WriteOnce): Promise<ComplaintDto> {
    const { id: applicationId, stageId, learnerId } = await this.applications.getOwn(dto.applicationId, by);
    return this.idempotency.run(once, async (tx) => {
      const stage = await this.stages.lock(tx, stageId, 'read');
      const now = this.clock.now();
      const today = this.stages.dayOf(now);
      const { offeringId, fundingType, ground } = dto;
      const place = await placeOf(tx, { applicationId, offeringId, fundingType });
      assertMayComplain({
        ...{ stageState: stage.state, today, lastDay: await this.lastDayOf(tx, stage) },
        wanted: place,
        obtainedRank: (await this.invitations.holdLive(tx, applicationId))?.rank ?? null,
      });
      const complaint: Complaint = {
        ...{ id: this.ids.next(), version: 1, stageId, applicationId, learnerId, fundingType, ground },
        ...{ offeringId: place!.offeringId, institutionId: place!.institutionId, filedAt: now, state: 'OPEN' },
        answerBy: addWorkingDays(today, this.policies.on('adm.appeal.answerDays', today)),
        ...{ reason: null, decidedBy: null, decidedAt: null, invitationId: null, recordedAt: now },
      };
      await insertRows(tx, Complaint, [complaint]);
      return toComplaintDto(complaint);
    });
  }

  async get(id: string, by: Actor): Promise<ComplaintDto> {
    const complaint = await this.dataSource.manager.findOneBy(Complaint, { id });
    if (!complaint) throw missing('complaint');
    await this.applications.getOwn(complaint.applicationId, by).catch(() => {
      throw missing('complaint');
    });
    return toComplaintDto(complaint);
  }

  async list(query: ComplaintsQuery, by: Actor): Promise<Page<ComplaintDto>> {
    const select = this.dataSource.manager
      .createQueryBuilder(Complaint, 'c')
      .where('c.id > :after', { after: afterId(query) })
      .orderBy('c.id')
      .limit(query.limit + 1);
    const institutions = by.institutionFilter;
    if (institutions)
      select.andWhere(
        'EXISTS (SELECT 1 FROM known_learner l WHERE l.learner_id = c.learner_id AND l.institution_id = ANY(:institutions))',
        { institutions },
      );
    if (query.stageId !== undefined) select.andWhere('c.stage_id = :stageId', { stageId: query.stageId });
    if (query.state !== undefined) select.andWhere('c.state = :state', { state: query.state });
    return toPage(await select.getMany(), query.limit, toComplaintDto, (row) => [row.id]);
  }

  async decide(id: string, { state, reason }: DecideComplaintDto, version: number, by: Actor): Promise<ComplaintDto> {
    return this.dataSource.transaction(async (tx) => {
      const found = await tx.findOneBy(Complaint, { id });
      if (!found) throw missing('complaint');
      const stage = await this.stages.lock(tx, found.stageId, 'read');
      const complaint = await tx.findOneOrFail(Complaint, { where: { id }, lock: { mode: 'pessimistic_write' } });
      mustBeCurrent(complaint, version);
      assertOpen(complaint);
      const now = this.clock.now();
      const decided: Complaint = {
        ...{
          ...complaint,
          state,
          reason,
          version: version + 1,
          decidedBy: by.clientId,
          decidedAt: now,
          recordedAt: now,
        },
        invitationId: state === 'UPHELD' ? await this.invite(tx, stage, complaint) : null,
      };
      await updateRows(tx, Complaint, [decided]);
      return toComplaintDto(decided);
    });
  }

  /** A place on top of the others; the invitation that the applicant holds ends with it, and frees its place. */
  private async invite(tx: EntityManager, stage: Stage, complaint: Complaint): Promise<string> {
    const held = await this.invitations.holdLive(tx, complaint.applicationId);
    if (held?.state === 'SIGNED')
      throw conflict('agreement-signed', 'The applicant signed another place: end that agreement first (R-ADM-35).');
    if (held) await this.invitations.annulHeld(tx, held, 'COMPLAINT_UPHELD');
    const place = (await placeOf(tx, complaint))!;
    const { id } = await this.invitations.issueOverCapacity(tx, stage, place);
    return id;
  }

  /** Counted from the day on which the results were published. */
  private async lastDayOf(tx: EntityManager, stage: Stage): Promise<string> {
    const [run]: { publishedAt: Date | null }[] = await tx.query(
      'SELECT published_at AS "publishedAt" FROM matching_run WHERE id = $1',
      [stage.runId],
    );
    const day = this.stages.dayOf(run?.publishedAt ?? this.clock.now());
    return addWorkingDays(day, this.policies.on('adm.appeal.fileDays', day));
  }
}

/** A listed option as a place of its applicant; undefined when the list has no such option. */
async function placeOf(tx: EntityManager, wanted: Wanted): Promise<Place | undefined> {
  const [place]: Place[] = await tx.query(
    `SELECT p.application_id AS "applicationId", a.learner_id AS "learnerId", p.offering_id AS "offeringId",
       p.institution_id AS "institutionId", o.programme_id AS "programmeId", p.funding_type AS "fundingType", p.rank,
       a.applicant_group AS "applicantGroup", coalesce(x.days, 0) AS "extraDays"
     FROM preference p JOIN application a ON a.id = p.application_id JOIN offering o ON o.id = p.offering_id
       LEFT JOIN sign_extension x ON x.stage_id = a.stage_id AND x.institution_id = p.institution_id
     WHERE p.application_id = $1 AND p.offering_id = $2 AND p.funding_type = $3`,
    [wanted.applicationId, wanted.offeringId, wanted.fundingType],
  );
  return place;
}
