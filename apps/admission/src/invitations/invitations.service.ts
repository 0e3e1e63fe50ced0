import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import {
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
import { assertTakesSignatures } from '../stages/stage.rules.js';
import type { Stage } from '../stages/stages.service.js';
import { Invitation } from './invitation.entity.js';
import { assertIssued } from './invitation.rules.js';
import { toInvitationDto } from './invitations.dto.js';
import type { InvitationDto, InvitationsQuery } from './invitations.dto.js';
import { findInvitation, listInvitations, unsigned } from './invitations.queries.js';
import type { InvitationInStage } from './invitations.queries.js';

/** A place that a run gave. */
export type Place = Pick<
  Invitation,
  'applicationId' | 'learnerId' | 'offeringId' | 'institutionId' | 'programmeId' | 'fundingType' | 'rank'
>;

@Injectable()
export class InvitationsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  async get(id: string, by: Actor): Promise<InvitationDto> {
    return toInvitationDto(mustSee(await findInvitation(this.dataSource, id), by));
  }

  async list(query: InvitationsQuery, by: Actor): Promise<Page<InvitationDto>> {
    const { institutionId = null, stageId = null, state = null, learnerId = null } = query;
    const rows = await listInvitations(this.dataSource, {
      ...{ after: afterId(query), limit: query.limit + 1, institutionId, stageId, state, learnerId },
      institutions: by.institutionFilter,
    });
    return toPage(rows, query.limit, toInvitationDto, (row) => [row.id]);
  }

  async decline(id: string, by: Actor): Promise<InvitationDto> {
    return this.dataSource.transaction(async (tx) => {
      const invitation = mustSee(await findInvitation(tx, id, true), by);
      if (invitation.state === 'DECLINED') return toInvitationDto(invitation);
      assertIssued(invitation.state);
      assertTakesSignatures({ ...invitation, state: invitation.stageState }, this.clock.now());
      const declined = { ...invitation, ...this.ended(invitation, 'DECLINED') };
      await updateRows(tx, Invitation, [declined]);
      await this.outbox.add(tx, InvitationDeclinedV1, stateOf(declined, invitation.signUntil));
      return toInvitationDto(declined);
    });
  }

  /** Issues the invitations of a run, a chunk in one statement. */
  async issue(tx: EntityManager, stage: Stage, runId: string, places: Place[]): Promise<void> {
    const now = this.clock.now();
    const issued = places.map((place): Invitation => ({
      ...{ ...place, id: this.ids.next(), version: 1, stageId: stage.id, year: stage.year, runId },
      ...{ state: 'ISSUED', issuedAt: now, recordedAt: now },
    }));
    await insertRows(tx, Invitation, issued);
    await this.outbox.addAll(
      tx,
      issued.map((invitation) => announce(InvitationIssuedV1, stateOf(invitation, stage.signUntil))),
    );
  }

  /** R-ADM-29: what nobody signed in the window lapses. Returns how many did; 0 when all are settled. */
  async lapseNext(stage: Stage, limit = 1_000): Promise<number> {
    return this.dataSource.transaction(async (tx) => {
      const rows = await unsigned(tx, stage.id, limit);
      const lapsed = rows.map((invitation) => this.ended(invitation, 'LAPSED'));
      await updateRows(tx, Invitation, lapsed);
      await this.outbox.addAll(
        tx,
        lapsed.map((invitation) => announce(InvitationLapsedV1, stateOf(invitation, stage.signUntil))),
      );
      return lapsed.length;
    });
  }

  /** The announcement of a signature on an invitation that the transaction holds. */
  signed(invitation: Invitation, signUntil: Date): Announcement {
    return announce(InvitationSignedV1, stateOf(this.ended(invitation, 'SIGNED'), signUntil));
  }

  private ended(invitation: Invitation, state: InvitationState): Invitation {
    return { ...invitation, version: invitation.version + 1, state, recordedAt: this.clock.now() };
  }
}

/** The invited institution, the one that registered the learner, and the ministry see an invitation. */
function mustSee(invitation: InvitationInStage | undefined, by: Actor): InvitationInStage {
  const sees = (institutionId: string | null): boolean => institutionId !== null && by.actsFor(institutionId);
  if (!invitation || !(by.national || sees(invitation.institutionId) || sees(invitation.registeredBy)))
    throw missing('invitation');
  return invitation;
}

function stateOf(invitation: Invitation, signUntil: Date): InvitationIssuedV1 {
  const { id, version, applicationId, stageId, year, learnerId, offeringId } = invitation;
  const { institutionId, programmeId, fundingType, rank, state } = invitation;
  return {
    ...{ invitationId: id, version, applicationId, stageId, year, learnerId, offeringId },
    ...{ institutionId, programmeId, fundingType, rank, state },
    signBy: signUntil.toISOString(),
  };
}
