import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import {
  InvitationAnnulledV1,
  InvitationDeclinedV1,
  InvitationIssuedV1,
  InvitationLapsedV1,
  InvitationSignedV1,
} from '@meistras/contracts/events/admission/invitation';
import type { InvitationState } from '@meistras/contracts/events/admission/invitation';
import type { Actor } from '@meistras/platform/auth/actor';
import { insertRows, updateRows } from '@meistras/platform/database/rows';
import { missing } from '@meistras/platform/errors/domain-error';
import { announce, Outbox } from '@meistras/platform/outbox/outbox';
import type { Announcement } from '@meistras/platform/outbox/outbox';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { addWorkingDays } from '@meistras/platform/time/working-days';
import { PoliciesService } from '../policies/policies.service.js';
import { applicantGroups, assertTakesSignatures } from '../stages/stage.rules.js';
import type { ApplicantGroup, Window } from '../stages/stage.rules.js';
import { StagesService } from '../stages/stages.service.js';
import type { Stage } from '../stages/stages.service.js';
import { Invitation } from './invitation.entity.js';
import { assertIssued } from './invitation.rules.js';
import { toInvitationDto } from './invitations.dto.js';
import type { AnnulInvitationDto, InvitationDto, InvitationsQuery } from './invitations.dto.js';
import { extendSigning, findInvitation, listInvitations, unsigned, unsignedOnTheirOwn } from './invitations.queries.js';
import type { InvitationInStage, SigningOf } from './invitations.queries.js';

export { signingColumns, signingJoins } from './invitations.queries.js';
export type { SigningOf } from './invitations.queries.js';
export { Invitation } from './invitation.entity.js';

/** The end of signing for a group at institutions that have so many days more. */
export interface SignBy {
  group: ApplicantGroup;
  extraDays: number;
  until: Date;
}

/** A place that is given, and what says until when it may be signed. */
export type Place = Pick<
  Invitation,
  'applicationId' | 'learnerId' | 'offeringId' | 'institutionId' | 'programmeId' | 'fundingType' | 'rank'
> &
  Pick<SigningOf, 'applicantGroup' | 'extraDays'>;

@Injectable()
export class InvitationsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
    private readonly stages: StagesService,
    private readonly policies: PoliciesService,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  async get(id: string, by: Actor): Promise<InvitationDto> {
    return this.view(mustSee(await findInvitation(this.dataSource, id), by));
  }

  async list(query: InvitationsQuery, by: Actor): Promise<Page<InvitationDto>> {
    const { institutionId = null, stageId = null, state = null, learnerId = null } = query;
    const rows = await listInvitations(this.dataSource, {
      ...{ after: afterId(query), limit: query.limit + 1, institutionId, stageId, state, learnerId },
      institutions: by.institutionFilter,
    });
    return toPage(
      rows,
      query.limit,
      (row) => this.view(row),
      (row) => [row.id],
    );
  }

  /** By the applicant: the place is free. */
  async decline(id: string, by: Actor): Promise<InvitationDto> {
    return this.dataSource.transaction(async (tx) => {
      const invitation = mustSee(await findInvitation(tx, id, true), by);
      if (invitation.state === 'DECLINED') return this.view(invitation);
      const declined = { ...invitation, ...this.ended(this.mustTakeSignature(invitation), 'DECLINED') };
      await updateRows(tx, Invitation, [declined]);
      await this.outbox.add(tx, InvitationDeclinedV1, this.stateOf(declined));
      return this.view(declined);
    });
  }

  /** R-ADM-29: by the institution that finds originals to contradict what was declared. The same again changes nothing. */
  async annul(id: string, { reason }: AnnulInvitationDto, by: Actor): Promise<InvitationDto> {
    return this.dataSource.transaction(async (tx) => {
      const invitation = mustSee(await findInvitation(tx, id, true), by);
      by.mustActFor(invitation.institutionId, 'invitation');
      if (invitation.state === 'ANNULLED' && invitation.annulmentReason === reason) return this.view(invitation);
      this.mustTakeSignature(invitation);
      return this.view(await this.annulHeld(tx, invitation, reason));
    });
  }

  /** Annuls an invitation that the transaction holds. */
  async annulHeld(
    tx: EntityManager,
    invitation: InvitationInStage,
    annulmentReason: string,
  ): Promise<InvitationInStage> {
    const annulled = { ...invitation, ...this.ended(invitation, 'ANNULLED'), annulmentReason };
    await updateRows(tx, Invitation, [annulled]);
    await this.outbox.add(tx, InvitationAnnulledV1, this.stateOf(annulled));
    return annulled;
  }

  /** The invitation of an application that is not ended, held for change. */
  async holdLive(tx: EntityManager, applicationId: string): Promise<InvitationInStage | undefined> {
    const [live]: { id: string }[] = await tx.query(
      `SELECT id FROM invitation WHERE application_id = $1 AND state IN ('ISSUED', 'SIGNED') FOR UPDATE`,
      [applicationId],
    );
    return live && findInvitation(tx, live.id, true);
  }

  /** R-ADM-37: a place won on complaint, on top of the places of its offering, with some days of its own to sign. */
  async issueOverCapacity(tx: EntityManager, stage: Stage, place: Place): Promise<Invitation> {
    if (stage.runId === null) throw new Error(`Stage ${stage.id} has no results.`);
    const today = this.stages.dayOf(this.clock.now());
    const lastDay = addWorkingDays(today, this.policies.on('adm.appeal.signDays', today));
    const ownUntil = this.stages.endOfDay(lastDay);
    const stageUntil = this.stages.signingWindow(stage, place.applicantGroup, place.extraDays).closesAt;
    const invitation: Invitation = {
      ...this.invitationOf(stage, stage.runId, place),
      ...{ overCapacity: true, ownSignUntil: ownUntil > stageUntil ? ownUntil : stageUntil },
    };
    await insertRows(tx, Invitation, [invitation]);
    await this.outbox.add(tx, InvitationIssuedV1, this.stateOf({ ...stage, ...place, ...invitation }));
    return invitation;
  }

  /** R-ADM-30: before the first invitation goes out. Returns the most days that an institution has more. */
  async extendSigning(tx: EntityManager, stage: Stage, runId: string): Promise<number> {
    const extension = this.policies.on('adm.sign.extension', this.stages.dayOf(stage.applyFrom))[stage.type];
    if (!extension) return 0;
    const extended = await extendSigning(tx, { stageId: stage.id, runId }, extension);
    return extended > 0 ? extension.days : 0;
  }

  /** Until when every group signs, by the days that its institution has more. */
  signBy(stage: Stage): SignBy[] {
    return applicantGroups.flatMap((group) =>
      [...new Set([0, stage.signExtraDays])].map((extraDays) => ({
        ...{ group, extraDays, until: this.stages.signingWindow(stage, group, extraDays).closesAt },
      })),
    );
  }

  /** R-ADM-29: what nobody signed in its window lapses. Returns how many did; 0 when all that is over is settled. */
  async lapseNext(stage: Stage, limit = 1_000): Promise<number> {
    const now = this.clock.now();
    const over = this.signBy(stage).filter(({ until }) => now >= until);
    if (over.length === 0) return 0;
    return this.lapse((tx) => unsigned(tx, stage.id, { over, limit }));
  }

  /** The same of those that have a time of their own. */
  async lapseOnTheirOwn(limit = 1_000): Promise<number> {
    return this.lapse((tx) => unsignedOnTheirOwn(tx, this.clock.now(), limit));
  }

  private async lapse(find: (tx: EntityManager) => Promise<InvitationInStage[]>): Promise<number> {
    return this.dataSource.transaction(async (tx) => {
      const rows = await find(tx);
      const lapsed = rows.map((invitation) => ({ ...invitation, ...this.ended(invitation, 'LAPSED') }));
      await updateRows(tx, Invitation, lapsed);
      await this.outbox.addAll(
        tx,
        lapsed.map((invitation) => announce(InvitationLapsedV1, this.stateOf(invitation))),
      );
      return lapsed.length;
    });
  }

  /** Throws unless the invitation is open and may be signed now; answers it. */
  mustTakeSignature<I extends Invitation & SigningOf>(invitation: I): I {
    assertIssued(invitation.state);
    // A time of its own does not ask how far the stage is.
    const state = invitation.ownSignUntil === null ? invitation.stageState : 'SIGNING';
    assertTakesSignatures({ state }, this.windowOf(invitation), this.clock.now());
    return invitation;
  }

  /** The announcement of a signature on an invitation that the transaction holds. */
  signed(invitation: Invitation & SigningOf): Announcement {
    return announce(InvitationSignedV1, this.stateOf({ ...invitation, ...this.ended(invitation, 'SIGNED') }));
  }

  private invitationOf(stage: Stage, runId: string, place: Place): Invitation {
    const now = this.clock.now();
    const { applicationId, learnerId, offeringId, institutionId, programmeId, fundingType, rank } = place;
    return {
      ...{ id: this.ids.next(), version: 1, stageId: stage.id, year: stage.year, runId, applicationId, learnerId },
      ...{ offeringId, institutionId, programmeId, fundingType, rank },
      ...{ overCapacity: false, ownSignUntil: null, annulmentReason: null },
      ...{ state: 'ISSUED', issuedAt: now, recordedAt: now },
    };
  }

  private ended(invitation: Invitation, state: InvitationState): Pick<Invitation, 'version' | 'state' | 'recordedAt'> {
    return { version: invitation.version + 1, state, recordedAt: this.clock.now() };
  }

  private windowOf(invitation: Invitation & Omit<SigningOf, 'stageState'>): Window {
    const { applicantGroup, extraDays, issuedAt, ownSignUntil } = invitation;
    if (ownSignUntil !== null) return { opensAt: issuedAt, closesAt: ownSignUntil };
    return this.stages.signingWindow(invitation, applicantGroup, extraDays);
  }

  private view(invitation: InvitationInStage): InvitationDto {
    return toInvitationDto(invitation, this.windowOf(invitation).closesAt);
  }

  private stateOf(invitation: Invitation & Omit<SigningOf, 'stageState'>): InvitationIssuedV1 {
    const { id, version, applicationId, stageId, year, learnerId, offeringId } = invitation;
    const { institutionId, programmeId, fundingType, rank, state, overCapacity } = invitation;
    return {
      ...{ invitationId: id, version, applicationId, stageId, year, learnerId, offeringId },
      ...{ institutionId, programmeId, fundingType, rank, state },
      ...(overCapacity ? { overCapacity } : {}),
      signBy: this.windowOf(invitation).closesAt.toISOString(),
    };
  }
}

/** The invited institution, the one that registered the learner, the person and the ministry see an invitation. */
function mustSee(invitation: InvitationInStage | undefined, by: Actor): InvitationInStage {
  const sees = (institutionId: string | null): boolean => institutionId !== null && by.actsFor(institutionId);
  if (
    !invitation ||
    !(
      by.national ||
      by.subject === invitation.learnerId ||
      sees(invitation.institutionId) ||
      sees(invitation.registeredBy)
    )
  )
    throw missing('invitation');
  return invitation;
}
