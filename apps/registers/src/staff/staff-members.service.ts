import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { AccessTrail } from '@meistras/platform/access-log/access-trail';
import type { Reading } from '@meistras/platform/access-log/reading';
import { ReachedReads, setReach } from '@meistras/platform/database/reach';
import { insertRows, updateRows, withFacts } from '@meistras/platform/database/rows';
import { DomainError, invalid, missing, moved } from '@meistras/platform/errors/domain-error';
import { mustBeCurrent } from '@meistras/platform/http/etag';
import { withoutNulls } from '@meistras/platform/http/validation';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { searchKey } from '../learners/learner.rules.js';
import { PoliciesService } from '../policies/policies.service.js';
import { StaffCategory } from './staff-category.entity.js';
import { StaffDevelopment } from './staff-development.entity.js';
import { StaffMember } from './staff-member.entity.js';
import type { DevelopmentDto, RecordDevelopmentDto, StaffMemberDto, StaffMembersQuery } from './staff-members.dto.js';
import type { StaffPersonDto } from './staff-person.dto.js';
import { StaffPersonsService } from './staff-persons.service.js';
import { StaffPost } from './staff-post.entity.js';
import { toStaffPostDto } from './staff-posts.dto.js';
import { StaffRedirect } from './staff-redirect.entity.js';
import { StaffQueries } from './staff.queries.js';
import { developmentByYear } from './staff.rules.js';

const codesScope = 'registers.personal-codes:read';

/** A read of a person, and the version that was read before a change. */
export interface StaffChange {
  readVersion: number;
  reading: Reading;
}

@Injectable()
export class StaffMembersService {
  private readonly queries: StaffQueries;

  constructor(
    private readonly dataSource: DataSource,
    private readonly rows: ReachedReads,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly policies: PoliciesService,
    private readonly persons: StaffPersonsService,
    private readonly trail: AccessTrail,
  ) {
    this.queries = new StaffQueries(dataSource);
  }

  async list(query: StaffMembersQuery, reading: Reading): Promise<Page<StaffMemberDto>> {
    const reach = query.institutionId === undefined ? reading.institutions : [query.institutionId];
    const question = this.queries.page({
      ...{ after: afterId(query), limit: query.limit, reach, trail: this.trail.valuesOfOne(reading) },
      ...(query.familyName === undefined ? {} : { familyNameKey: searchKey(query.familyName) }),
    });
    const members = await this.rows.rows<StaffMember>(reading.institutions, ...question);
    const shown = new Map((await this.show(members, reading)).map((dto) => [dto.id, dto]));
    return toPage(
      members,
      query.limit,
      ({ id }) => shown.get(id)!,
      ({ id }) => [id],
    );
  }

  async get(id: string, reading: Reading): Promise<StaffMemberDto> {
    const question = this.queries.byId(id, reading.institutions, this.trail.valuesOfOne(reading));
    const members = await this.rows.rows<StaffMember>(reading.institutions, ...question);
    const [shown] = await this.show(members, reading);
    if (!shown) throw await this.elsewhere(id, reading);
    return shown;
  }

  /** Two members beside each other, merged or not, in the order of their ids. */
  async getPair(ids: [string, string], reading: Reading): Promise<StaffMemberDto[]> {
    const question = this.queries.pair(ids, this.trail.valuesOfOne(reading));
    return this.show(await this.rows.rows<StaffMember>(reading.institutions, ...question), reading);
  }

  /** What to say of an id that is nobody's: it may have been merged into another one (R-REG-28). */
  private async elsewhere(id: string, { institutions }: Reading): Promise<DomainError> {
    const question = this.queries.survivor(id, institutions);
    const [survivor] = await this.rows.rows<Pick<StaffMember, 'id' | 'state'>>(institutions, ...question);
    if (!survivor) return missing('staff-member');
    if (survivor.state === 'ERASED')
      return new DomainError('gone', 'staff-member-erased', 'The member of staff was erased.');
    const where = `/registers/v1/staff-members/${survivor.id}`;
    return moved('staff-member-merged', 'The member of staff was merged into another one.', where);
  }

  /** The answer shows what was held, so it leaves an access record, in the same transaction. */
  async change(id: string, dto: StaffPersonDto, { readVersion, reading }: StaffChange): Promise<StaffMemberDto> {
    const changed = await this.dataSource.transaction(async (tx) => {
      await setReach(tx, reading.institutions);
      const lock = this.queries.lockById(id, reading.institutions, this.trail.valuesOfOne(reading));
      const [member]: StaffMember[] = await tx.query(...lock);
      if (!member) throw await this.elsewhere(id, reading);
      mustBeCurrent(member, readVersion);
      const after = withFacts(member, await this.persons.changed(tx, member, dto, reading.by), this.clock.now());
      if (after) await updateRows(tx, StaffMember, [after]);
      return after ?? member;
    });
    const [shown] = await this.show([changed], reading);
    return shown!;
  }

  /** Records professional development of a person within reach. */
  recordDevelopment(id: string, dto: RecordDevelopmentDto, reading: Reading, once: WriteOnce): Promise<DevelopmentDto> {
    return this.idempotency.run(once, async (tx) => {
      await setReach(tx, reading.institutions);
      const text = `SELECT FROM staff_member WHERE id = $1 AND state = 'REGISTERED' FOR KEY SHARE`;
      const found: unknown[] = await tx.query(text, [id]);
      if (found.length === 0) throw await this.elsewhere(id, reading);
      if (dto.heldOn > this.clock.today()) {
        const fault = { pointer: '/heldOn', code: 'IN_FUTURE', message: 'It has not been held yet.' };
        throw invalid('invalid-input', 'The body has faults.', [fault]);
      }
      const { institutionId, heldOn, hours, title } = dto;
      const facts = { institutionId, heldOn, hours, title: title.normalize('NFC') };
      const held = { id: this.ids.next(), staffMemberId: id, ...facts, recordedAt: this.clock.now() };
      await insertRows(tx, StaffDevelopment, [held]);
      return { id: held.id, ...facts };
    });
  }

  /** Members, whose reads are recorded, with their posts within reach, and the categories and development of all their entries. */
  private async show(members: StaffMember[], reading: Reading): Promise<StaffMemberDto[]> {
    const within = reading.institutions === null ? {} : { institutionId: In(reading.institutions) };
    const { leading, posts, held, developed, developmentHours } = await this.dataSource.transaction(async (tx) => {
      await setReach(tx, reading.institutions);
      const redirects = await tx.findBy(StaffRedirect, { survivorId: In(members.map(({ id }) => id)) });
      const leading = new Map(redirects.map(({ staffMemberId, survivorId }) => [staffMemberId, survivorId]));
      const of = { staffMemberId: In([...members.map(({ id }) => id), ...leading.keys()]) };
      return {
        leading,
        posts: await tx.find(StaffPost, { where: { ...of, ...within }, order: { id: 'ASC' } }),
        held: await tx.find(StaffCategory, { where: of, order: { validFrom: 'ASC', categoryId: 'ASC' } }),
        developed: await tx.find(StaffDevelopment, { where: of }),
        ...(await this.policies.staffOn(tx, this.clock.today())),
      };
    });
    const opens = reading.by.may(codesScope) && reading.purpose !== undefined;
    const codes = opens ? await this.persons.codesOf(members) : undefined;
    return members.map((member) => {
      const own = <T extends { staffMemberId: string }>(rows: T[]): T[] =>
        rows.filter(({ staffMemberId: id }) => id === member.id || leading.get(id) === member.id);
      const personalCode = codes?.get(member.id);
      const { id, version, givenName, familyName, birthOn, sex, personalCodeIndex, recordedAt } = member;
      return {
        ...{ id, version, givenName, familyName, birthOn, sex, possiblyForeign: personalCodeIndex === null },
        ...(personalCode === undefined ? {} : { personalCode }),
        recordedAt: recordedAt.toISOString(),
        posts: own(posts).map(toStaffPostDto),
        categories: own(held).map(toCategoryDto),
        development: developmentByYear(own(developed), developmentHours),
      };
    });
  }
}

function toCategoryDto({
  category,
  subject,
  validFrom,
  validTo,
  actNumber,
}: StaffCategory): StaffMemberDto['categories'][number] {
  return withoutNulls({ category, subject, validFrom, validTo, actNumber }) as StaffMemberDto['categories'][number];
}
