import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { StaffMemberErasedV1 } from '@meistras/contracts/events/registers/staff-member';
import { updateRows } from '@meistras/platform/database/rows';
import { conflict } from '@meistras/platform/errors/domain-error';
import type { DomainError } from '@meistras/platform/errors/domain-error';
import { announce, Outbox } from '@meistras/platform/outbox/outbox';
import { staffRedirects } from '../match-reviews/redirects.js';
import { StaffMember } from '../staff/staff-member.entity.js';
import type { Erases, Traces } from './erases.js';

/**
 * Members of staff: sex, birth year, posts, categories and hours of professional development stay for statistics. Who holds
 * a post, as every head of an institution does, is erased on no ground.
 */
@Injectable()
export class StaffErasures implements Erases {
  readonly table = 'staff_member';
  readonly redirects = staffRedirects;
  // A post that has ended is valid from its end on. Posts go over to whom a member is merged into.
  readonly kept = `SELECT m.id, m.state, p.ended, p.open,
      coalesce(p.ended, (m.recorded_at AT TIME ZONE 'Europe/Vilnius')::date) AS since
    FROM staff_member m CROSS JOIN LATERAL (
      SELECT max(valid_from) AS ended, coalesce(bool_or(state = 'ACTIVE'), false) AS open
      FROM staff_post WHERE staff_member_id = m.id) p`;

  constructor(private readonly outbox: Outbox) {}

  inUse(): DomainError {
    return conflict('staff-member-holds-post', 'The member of staff holds a post; it must end first.');
  }

  async takeOut(tx: EntityManager, ids: string[]): Promise<Traces> {
    const members = await tx.find(StaffMember, { where: { id: In(ids) }, order: { id: 'ASC' } });
    const erased = members.map(withoutPerson);
    await updateRows(tx, StaffMember, erased);
    const developmentIds = await forget(tx, ids);
    await this.outbox.addAll(
      tx,
      erased.map(({ id, version }) => announce(StaffMemberErasedV1, { staffMemberId: id, version })),
    );
    return { ids: [...ids, ...developmentIds], names: members };
  }
}

function withoutPerson(member: StaffMember): StaffMember {
  return {
    ...member,
    ...{ state: 'ERASED', version: member.version + 1, givenName: '', familyName: '', familyNameKey: '' },
    ...{ birthOn: `${member.birthOn.slice(0, 4)}-01-01`, personalCodeSealed: null, personalCodeIndex: null },
  };
}

/** What somebody said in words beside the facts. Answers the ids of the professional development. */
async function forget(tx: EntityManager, ids: string[]): Promise<string[]> {
  await tx.query(
    `UPDATE register_period SET reason = NULL WHERE register = 'staff_post' AND reason IS NOT NULL
       AND entry_id IN (SELECT id FROM staff_post WHERE staff_member_id = ANY($1::uuid[]))`,
    [ids],
  );
  await tx.query('UPDATE staff_post SET reason = NULL WHERE staff_member_id = ANY($1::uuid[]) AND reason IS NOT NULL', [
    ids,
  ]);
  const [held]: [{ id: string }[]] = await tx.query(
    `UPDATE staff_development SET title = '' WHERE staff_member_id = ANY($1::uuid[]) RETURNING id`,
    [ids],
  );
  return held.map(({ id }) => id);
}
