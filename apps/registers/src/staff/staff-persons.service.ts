import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { AccessTrail } from '@meistras/platform/access-log/access-trail';
import type { Reading } from '@meistras/platform/access-log/reading';
import type { Actor } from '@meistras/platform/auth/actor';
import { setReach } from '@meistras/platform/database/reach';
import { insertRows } from '@meistras/platform/database/rows';
import { conflict, invalid } from '@meistras/platform/errors/domain-error';
import type { Fault } from '@meistras/platform/errors/domain-error';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { judgePerson, searchKey } from '../learners/learner.rules.js';
import { PersonalCodes } from '../learners/personal-codes.js';
import { PersonKey } from '../personal-data/person-key.entity.js';
import { keyMissing, PersonKeys } from '../personal-data/person-keys.service.js';
import { places } from '../personal-data/places.js';
import { StaffMember } from './staff-member.entity.js';
import type { StaffPersonDto } from './staff-person.dto.js';
import { StaffQueries } from './staff.queries.js';
import type { StandingMember } from './staff.queries.js';
import { isSamePerson } from './staff.rules.js';

/** Facts of a person, without what seals the personal code. */
export type PersonFacts = Pick<StaffMember, 'givenName' | 'familyName' | 'familyNameKey' | 'birthOn' | 'sex'>;
export type SealedCode = Pick<StaffMember, 'personalCodeSealed' | 'personalCodeIndex'>;

/** A person who is registered, with the key. */
export interface NewMember {
  member: StaffMember;
  key: PersonKey;
}

/** Who members of staff are: judged, sealed, found by their personal codes. */
@Injectable()
export class StaffPersonsService {
  private readonly queries: StaffQueries;

  constructor(
    dataSource: DataSource,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly codes: PersonalCodes,
    private readonly keys: PersonKeys,
    private readonly trail: AccessTrail,
  ) {
    this.queries = new StaffQueries(dataSource);
  }

  /**
   * The id of the person stated: of the one who has this personal code, if the rest agrees (R-REG-29), or a new one. Looks
   * beyond the caller's reach, shows nothing of whom it finds, and leaves a record of that.
   */
  async findOrRegister(tx: EntityManager, dto: StaffPersonDto, reading: Reading): Promise<string> {
    const facts = this.mustBeFacts(dto);
    if (dto.personalCode !== undefined) {
      await setReach(tx, null);
      const question = this.queries.byCode(this.indexOf(dto.personalCode), this.trail.valuesOfOne(reading));
      const known: StandingMember[] = await tx.query(...question);
      const same = known.find((each) => isSamePerson(each, facts));
      if (same) return same.standsAs;
      if (known.length > 0)
        throw conflict('staff-person-differs', 'Another person is registered with this personal code.');
    }
    const news = this.newMember(facts, dto.personalCode);
    await this.registerAll(tx, [news]);
    return news.member.id;
  }

  newMember(facts: PersonFacts, personalCode: string | undefined): NewMember {
    const id = this.ids.next();
    const drawn = this.keys.draw();
    const code = this.sealed(personalCode, id, drawn.key);
    const member: StaffMember = {
      id,
      version: 1,
      state: 'REGISTERED',
      ...facts,
      ...code,
      recordedAt: this.clock.now(),
    };
    return { member, key: this.keys.rowOf(id, drawn) };
  }

  async registerAll(tx: EntityManager, news: NewMember[]): Promise<void> {
    await insertRows(
      tx,
      StaffMember,
      news.map(({ member }) => member),
    );
    await insertRows(
      tx,
      PersonKey,
      news.map(({ key }) => key),
    );
  }

  /** The person of a statement as it is stored, or what is wrong with it. */
  factsIn(dto: StaffPersonDto): PersonFacts | Fault[] {
    const judged = judgePerson(dto, this.clock.today());
    if (Array.isArray(judged)) return judged;
    const familyName = dto.familyName.normalize('NFC');
    const names = { givenName: dto.givenName.normalize('NFC'), familyName, familyNameKey: searchKey(familyName) };
    return { ...judged, ...names };
  }

  /** The facts of a change. A first code may be added by whoever may change; one that is held is replaced nationally alone. */
  async changed(
    tx: EntityManager,
    member: StaffMember,
    dto: StaffPersonDto,
    by: Actor,
  ): Promise<PersonFacts & Partial<SealedCode>> {
    const key = (await this.keys.hold(tx, [member.id])).get(member.id);
    const held = dto.personalCode ?? this.open(member, key);
    const facts = this.mustBeFacts(held === undefined ? dto : { ...dto, personalCode: held });
    const code = dto.personalCode;
    if (code === undefined || member.personalCodeIndex?.equals(this.indexOf(code))) return facts;
    if (member.personalCodeIndex !== null) by.mustBeNational();
    if (!key) throw keyMissing();
    return { ...facts, ...this.sealed(code, member.id, key) };
  }

  /** Personal codes of members by their ids. */
  async codesOf(members: StaffMember[]): Promise<Map<string, string | undefined>> {
    const keys = await this.keys.of(members.map(({ id }) => id));
    return new Map(members.map((member) => [member.id, this.open(member, keys.get(member.id))]));
  }

  private open({ id, personalCodeSealed }: StaffMember, key: Buffer | undefined): string | undefined {
    return personalCodeSealed === null ? undefined : this.codes.open(personalCodeSealed, places.codeOfStaff(id), key);
  }

  private mustBeFacts(dto: StaffPersonDto): PersonFacts {
    const facts = this.factsIn(dto);
    if (Array.isArray(facts)) throw invalid('invalid-input', 'The body has faults.', facts);
    return facts;
  }

  private sealed(code: string | undefined, id: string, key: Buffer): SealedCode {
    if (code === undefined) return { personalCodeSealed: null, personalCodeIndex: null };
    return {
      personalCodeSealed: this.codes.seal(code, places.codeOfStaff(id), key),
      personalCodeIndex: this.indexOf(code),
    };
  }

  /** Another hash than that of a learner with the same code: the database alone links nobody to nobody. */
  indexOf(code: string): Buffer {
    return this.codes.indexOf(`staff_member:${code}`);
  }
}
