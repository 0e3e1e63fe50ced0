import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional } from 'class-validator';
import { Injectable } from '@nestjs/common';
import { IntersectionType, OmitType } from '@nestjs/swagger';
import type { EntityManager } from 'typeorm';
import { setReach } from '@meistras/platform/database/reach';
import type { Fault } from '@meistras/platform/errors/domain-error';
import type { RowOutcome } from '@meistras/platform/imports/import-kind';
import { institutionsNamed, NamedInstitution } from '../institutions/named-institution.js';
import { StaffPersonsService } from './staff-persons.service.js';
import type { NewMember, PersonFacts } from './staff-persons.service.js';
import { RegisterStaffPostDto } from './staff-posts.dto.js';
import { StaffPostsService } from './staff-posts.service.js';
import { endedPosts, membersNamed } from './staff.queries.js';
import { isSamePerson } from './staff.rules.js';

/** A cell of a table says it in words. */
const asBoolean = ({ value }: { value: unknown }): unknown => ({ true: true, false: false })[String(value)] ?? value;

/** A post in bulk, with the person who holds it: the institution may be named by its code. */
export class StaffPostRow extends IntersectionType(
  OmitType(RegisterStaffPostDto, ['institutionId', 'isMainPosition']),
  NamedInstitution,
) {
  @IsOptional()
  @Transform(asBoolean)
  @IsBoolean()
  isMainPosition?: boolean;
}

/** A row with all that can be said of it without the register. */
export interface PreparedPost {
  row: StaffPostRow;
  /** The person as it is stored, or why it is not. */
  person: PersonFacts | Fault[];
  /** Keyed hash of the personal code; null without one. */
  index: Buffer | null;
}

/** A row that was judged well. */
interface Stated extends PreparedPost {
  person: PersonFacts;
  institutionId: string;
  at: number;
}

const otherPerson: Fault[] = [
  {
    ...{ pointer: '/personalCode', code: 'OTHER_PERSON' },
    message: 'Another person is registered with this personal code.',
  },
];

/** Posts of an import. A person is known by the personal code; without one by names, birth date and sex at the institution. */
@Injectable()
export class StaffPostsBulk {
  constructor(
    private readonly persons: StaffPersonsService,
    private readonly posts: StaffPostsService,
  ) {}

  prepare(row: StaffPostRow): PreparedPost {
    const index = row.personalCode === undefined ? null : this.persons.indexOf(row.personalCode);
    return { row, person: this.persons.factsIn(row), index };
  }

  async storeAll(tx: EntityManager, rows: PreparedPost[], provider: string): Promise<RowOutcome[]> {
    await setReach(tx, null);
    const outcomes = new Map<number, RowOutcome>();
    const stated = await judge(tx, rows, outcomes);
    const members = await this.membersOf(tx, stated, outcomes);
    const named = stated.flatMap(({ row, institutionId, at }) => {
      const staffMemberId = members.get(at);
      return staffMemberId === undefined ? [] : [{ at, row: { ...row, institutionId, staffMemberId } }];
    });
    const ended = await endedPosts(
      tx,
      named.map(({ row }) => row),
    );
    // A post that has ended since is not begun again by the file that once began it.
    const [over, current] = split(named, (_, i) => {
      const endedOn = ended[i];
      return endedOn !== null && endedOn !== undefined && (named[i]?.row.validFrom ?? '') < endedOn;
    });
    for (const { at } of over) outcomes.set(at, 'unchanged');
    const stored = await this.posts.storeAll(
      tx,
      current.map(({ row }) => row),
      provider,
    );
    current.forEach(({ at }, i) => outcomes.set(at, stored[i]!));
    return rows.map((_, at) => outcomes.get(at)!);
  }

  /** The persons of rows by their places: those who are known, and those who are registered now. */
  private async membersOf(
    tx: EntityManager,
    stated: Stated[],
    outcomes: Map<number, RowOutcome>,
  ): Promise<Map<number, string>> {
    const known = await membersNamed(tx, stated);
    const members = new Map<number, string>();
    const made = new Map<string, NewMember>();
    for (const [i, each] of stated.entries()) {
      const key = keyOf(each);
      const entries = known[i] ?? [];
      const news = made.get(key) ?? this.persons.newMember(each.person, each.row.personalCode);
      const candidates = entries.length > 0 ? entries : [{ ...news.member, standsAs: news.member.id }];
      const same = candidates.find((candidate) => isSamePerson(candidate, each.person));
      if (!same) {
        outcomes.set(each.at, otherPerson);
        continue;
      }
      if (entries.length === 0) made.set(key, news);
      members.set(each.at, same.standsAs);
    }
    await this.persons.registerAll(tx, [...made.values()]);
    return members;
  }
}

async function judge(tx: EntityManager, rows: PreparedPost[], outcomes: Map<number, RowOutcome>): Promise<Stated[]> {
  const institutions = await institutionsNamed(
    tx,
    rows.map(({ row }) => row),
  );
  return rows.flatMap((prepared, at) => {
    const [person, institutionId] = [prepared.person, institutions[at]!];
    const faults = [person, institutionId].flatMap((each) => (Array.isArray(each) ? each : []));
    if (!Array.isArray(person) && typeof institutionId === 'string')
      return [{ ...prepared, person, institutionId, at }];
    outcomes.set(at, faults);
    return [];
  });
}

/** By what two rows of a file are of one person. */
function keyOf({ person, institutionId, index }: Stated): string {
  const { givenName, familyName, birthOn, sex } = person;
  return index?.toString('latin1') ?? [givenName, familyName, birthOn, sex, institutionId].join('|');
}

function split<T>(all: T[], isFirst: (each: T, at: number) => boolean): [T[], T[]] {
  const first = all.map(isFirst);
  return [all.filter((_, at) => first[at]), all.filter((_, at) => !first[at])];
}
