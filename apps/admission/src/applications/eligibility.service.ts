import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '@meistras/platform/time/clock';
import type { FundingFacts, FundingRuleset } from '../allocation/funding-right.rules.js';
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

/** The rules in force when the applying of a stage begins. */
interface StageRules {
  entry: EntryPolicy;
  ruleset: FundingRuleset;
  /** R-ADM-35. */
  oneLiveAgreement: boolean;
  /** Of the reference day of R-ADM-01. */
  ageYear: number;
}

const hourMs = 3_600_000;

/** What applicants may choose in a stage, by the rules in force when its applying begins. */
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

  /** Of the stage the offerings that any of these learners wants. */
  async wanted(
    tx: EntityManager,
    stage: Stage,
    wishes: { learnerId: string; offeringIds: string[] }[],
  ): Promise<WantedOfferings> {
    const ids = new Set(wishes.flatMap(({ offeringIds }) => offeringIds));
    const day = this.stages.dayOf(stage.applyFrom);
    const offerings = await chosenOfferings(tx, stage, [...ids], {
      learnerIds: wishes.map(({ learnerId }) => learnerId),
      lateFrom: this.testsLateFrom(day),
    });
    return new WantedOfferings(offerings, this.rulesOf(stage, day));
  }

  private rulesOf(stage: Stage, day: string): StageRules {
    return {
      ruleset: this.policies.on('adm.vf.ruleset', day),
      oneLiveAgreement: this.policies.on('adm.oneLiveAgreement', day),
      ageYear: Number(this.ageDayOf(stage).slice(0, 4)),
      entry: {
        basicOnlyBelow: this.policies.on('adm.age.basicOnly', day),
        levelV: this.policies.on('adm.entry.V', day),
        moduleGrades: this.policies.on('adm.module.grades', day),
      },
    };
  }

  /** The reference day of R-ADM-01. */
  private ageDayOf(stage: Stage): string {
    const firstDay = this.stages.dayOf(stage.applyFrom);
    return this.policies.on('adm.age.on', firstDay) === 'FIRST_TEACHING_DAY' ? stage.startsOn : firstDay;
  }

  /** R-ADM-20: a last test before this instant comes too late for who lists its programme now. */
  private testsLateFrom(day: string): Date {
    return new Date(this.clock.now().getTime() + this.policies.on('adm.test.listedHours', day) * hourMs);
  }
}

/** Offerings of a stage that several applicants want, to be judged for each. */
export class WantedOfferings {
  constructor(
    private readonly offerings: ReadonlyMap<string, ChosenOffering>,
    private readonly rules: StageRules,
  ) {}

  /** Those of the stage among the ones that this applicant wants. */
  judgedFor(
    { entryFacts, fundingFacts: facts }: StatedFacts,
    { learnerId, birthYear, holdsFundedPlace }: Applicant,
    wanted: string[],
  ): Map<string, JudgedOffering> {
    const { entry, ruleset, oneLiveAgreement, ageYear } = this.rules;
    const right = { facts, ruleset, holdsFundedPlace: holdsFundedPlace && oneLiveAgreement };
    const age = { birthYear, year: ageYear };
    const judged = new Map<string, JudgedOffering>();
    for (const id of wanted.map((each) => each.toLowerCase())) {
      const offering = this.offerings.get(id);
      if (!offering || judged.has(id)) continue;
      const late = offering.testOverBut?.includes(learnerId) === false ? testTooLate : null;
      const mayNotEnter = whyMayNotEnter(offering, entryFacts, age, entry) ?? late;
      judged.set(id, { ...offering, mayNotEnter, notFunded: whyIneligible('VF', offering.kind, right) });
    }
    return judged;
  }
}
