import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { PersonKind } from '../personal-data/person-kinds.js';
import { toPolicyParameterDto } from './policies.dto.js';
import type { PoliciesQuery, RegistersPolicyParameterPageDto } from './policies.dto.js';
import { PolicyParameter } from './policy-parameter.entity.js';

/** When reading many learners raises an alarm; null: never. */
export interface MassLookupParameters {
  limits: Record<'SCHOOL' | 'NATIONAL', number | null>;
  windowMinutes: number;
}

/** How alike the names of two entries are that may be of one person, and whether other family names are thought of. */
export interface MatchingParameters {
  threshold: number;
  otherFamilyName: boolean;
}

/** Least and greatest share of a full position; academic hours of a day of professional development. */
export interface StaffParameters {
  fullTimeShare: { min: number; max: number };
  developmentHours: number;
}

const retentionOf: Record<PersonKind, string> = {
  LEARNER: 'reg.retention.learner',
  STAFF_MEMBER: 'reg.retention.staff',
};

/** Every legal number of the registers, as of a day. */
@Injectable()
export class PoliciesService {
  constructor(private readonly dataSource: DataSource) {}

  async list({ code, validOn }: PoliciesQuery): Promise<RegistersPolicyParameterPageDto> {
    const rows = await this.dataSource.manager.find(PolicyParameter, { order: { code: 'ASC', validFrom: 'ASC' } });
    const wanted = rows.filter(
      (each) => (code === undefined || each.code === code) && (validOn === undefined || inForce(each, validOn)),
    );
    return { items: wanted.map(toPolicyParameterDto) };
  }

  async massLookupOn(tx: EntityManager, day: string): Promise<MassLookupParameters> {
    const valueOf = await valuesOn(tx, day);
    return {
      limits: valueOf('reg.access.alarm.learners') as MassLookupParameters['limits'],
      windowMinutes: valueOf('reg.access.alarm.window') as number,
    };
  }

  /** Years for which a person's data are kept: of a learner after the last enrolment, of a member of staff after the last post. */
  async retentionOn(tx: EntityManager, kind: PersonKind, day: string): Promise<number> {
    return (await valuesOn(tx, day))(retentionOf[kind]) as number;
  }

  /** Days for which answers to requests and refused rows of imports are kept. */
  async answerRetentionOn(tx: EntityManager, day: string): Promise<number> {
    return (await valuesOn(tx, day))('reg.retention.answers') as number;
  }

  /** Whether an institution is registered upon attestations alone (R-REG-06). */
  async attestationsNeededOn(tx: EntityManager, day: string): Promise<boolean> {
    return (await valuesOn(tx, day))('reg.institution.attestations') as boolean;
  }

  /** Why a person may be protected (R-REG-32). */
  async protectionCategoriesOn(tx: EntityManager, day: string): Promise<string[]> {
    return (await valuesOn(tx, day))('reg.protected.categories') as string[];
  }

  async matchingOn(tx: EntityManager, day: string): Promise<MatchingParameters> {
    const valueOf = await valuesOn(tx, day);
    return {
      threshold: valueOf('reg.dedupe.threshold') as number,
      otherFamilyName: valueOf('reg.dedupe.otherFamilyName') as boolean,
    };
  }

  /** Working days within which a learner's event of that day is to be entered (R-REG-22). */
  async entryDeadlineOn(tx: EntityManager, day: string): Promise<number> {
    return (await valuesOn(tx, day))('reg.learner.entryDeadline') as number;
  }

  /** First day of the school year that begins in a calendar year, by the parameter of that year's first day (R-REG-21). */
  async schoolYearStartOf(tx: EntityManager, year: number): Promise<string> {
    return `${year}-${(await valuesOn(tx, `${year}-01-01`))('reg.schoolYear.start') as string}`;
  }

  /** The birthday in other years of whoever was born on 29 February, `MM-DD` (F-REG-5). */
  async leapDayOn(tx: EntityManager, day: string): Promise<string> {
    return (await valuesOn(tx, day))('reg.age.leapDay') as string;
  }

  /** The least number of persons that a figure of that day may show to whoever does not act nationally. */
  async smallestCellOn(tx: EntityManager, day: string): Promise<number> {
    return (await valuesOn(tx, day))('reg.snapshot.smallestCell') as number;
  }

  /** Working days within which the other institution answers a transfer that is asked for on that day. */
  async transferAnswerDaysOn(tx: EntityManager, day: string): Promise<number> {
    return (await valuesOn(tx, day))('reg.transfer.answerDays') as number;
  }

  /** The share of a full position that a post of that day may have, and the hours of a day of professional development. */
  async staffOn(tx: EntityManager, day: string): Promise<StaffParameters> {
    const valueOf = await valuesOn(tx, day);
    return {
      fullTimeShare: valueOf('reg.staff.fullTimeShare') as StaffParameters['fullTimeShare'],
      developmentHours: valueOf('reg.staff.developmentDay') as number,
    };
  }
}

/** The parameters in force on a day, by their codes. Throws for one that is not set. */
async function valuesOn(tx: EntityManager, day: string): Promise<(code: string) => unknown> {
  const rows = (await tx.find(PolicyParameter)).filter((each) => inForce(each, day));
  return (wanted) => {
    const found = rows.find(({ code }) => code === wanted);
    if (!found) throw new Error(`No policy parameter ${wanted} is in force on ${day}.`);
    return found.value;
  };
}

function inForce({ validFrom, validTo }: PolicyParameter, day: string): boolean {
  return validFrom <= day && (validTo === null || day < validTo);
}
