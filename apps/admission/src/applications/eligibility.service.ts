import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '@meistras/platform/time/clock';
import type { FundingFacts } from '../allocation/funding-right.rules.js';
import { PoliciesService } from '../policies/policies.service.js';
import { StagesService } from '../stages/stages.service.js';
import type { Stage } from '../stages/stages.service.js';
import { assertOldEnough, testTooLate, whyIneligible } from './application.rules.js';
import type { ChosenOffering, Ineligible } from './application.rules.js';
import { chosenOfferings } from './applications.queries.js';
import type { Applicant } from './applications.queries.js';
import { whyMayNotEnter } from './entry.rules.js';
import type { EntryFacts, EntryPolicy } from './entry.rules.js';

/** What an applicant states that decides what may be chosen. */
export interface StatedFacts {
  entryFacts: EntryFacts;
  fundingFacts: FundingFacts;
}

/** An offering as it is open to one applicant. */
export type JudgedOffering = ChosenOffering & {
  /** Why it cannot be entered at all; null when it can. */
  mayNotEnter: Ineligible | null;
  /** Why not on a state-funded place; null when it can. */
  notFunded: Ineligible | null;
};

interface Asked {
  stage: Stage;
  applicant: Applicant;
  wanted: string[];
}

const hourMs = 3_600_000;

/** What one applicant may choose in a stage, by the rules in force when its applying begins. */
@Injectable()
export class EligibilityService {
  constructor(
    private readonly stages: StagesService,
    private readonly policies: PoliciesService,
    private readonly clock: Clock,
  ) {}

  /** R-ADM-01; throws `too-young`. */
  mustBeOldEnough({ birthYear }: Applicant, stage: Stage): void {
    const day = this.ageDayOf(stage);
    assertOldEnough(birthYear, day, this.policies.on('adm.age.minimum', day));
  }

  /** The offerings of the stage among those that are wanted. */
  async judge(
    tx: EntityManager,
    { entryFacts, fundingFacts: facts }: StatedFacts,
    { stage, applicant, wanted }: Asked,
  ): Promise<Map<string, JudgedOffering>> {
    const day = this.stages.dayOf(stage.applyFrom);
    const { learnerId, birthYear } = applicant;
    const offerings = await chosenOfferings(tx, stage, wanted, { learnerId, lateFrom: this.testsLateFrom(day) });
    const holdsFundedPlace = applicant.holdsFundedPlace && this.policies.on('adm.oneLiveAgreement', day);
    const right = { facts, ruleset: this.policies.on('adm.vf.ruleset', day), holdsFundedPlace };
    const age = { birthYear, year: Number(this.ageDayOf(stage).slice(0, 4)) };
    const entry = this.entryPolicyOn(day);
    return new Map(
      [...offerings].map(([id, offering]) => {
        const late = offering.testTooLate ? testTooLate : null;
        const mayNotEnter = whyMayNotEnter(offering, entryFacts, age, entry) ?? late;
        return [id, { ...offering, mayNotEnter, notFunded: whyIneligible('VF', offering.kind, right) }];
      }),
    );
  }

  /** The reference day of R-ADM-01. */
  private ageDayOf(stage: Stage): string {
    const firstDay = this.stages.dayOf(stage.applyFrom);
    return this.policies.on('adm.age.on', firstDay) === 'FIRST_TEACHING_DAY' ? stage.startsOn : firstDay;
  }

  private entryPolicyOn(day: string): EntryPolicy {
    return {
      basicOnlyBelow: this.policies.on('adm.age.basicOnly', day),
      levelV: this.policies.on('adm.entry.V', day),
      moduleGrades: this.policies.on('adm.module.grades', day),
    };
  }

  /** R-ADM-20: a last test before this instant comes too late for who lists its programme now. */
  private testsLateFrom(day: string): Date {
    return new Date(this.clock.now().getTime() + this.policies.on('adm.test.listedHours', day) * hourMs);
  }
}
