import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import {
  ApplicationChangedV1,
  ApplicationSubmittedV1,
  ApplicationWithdrawnV1,
} from '@meistras/contracts/events/admission/application';
import type { Actor } from '@meistras/platform/auth/actor';
import { insertRows, selectList, updateRows } from '@meistras/platform/database/rows';
import { conflict, missing } from '@meistras/platform/errors/domain-error';
import { mustBeCurrent } from '@meistras/platform/http/etag';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Outbox } from '@meistras/platform/outbox/outbox';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import type { FundingFacts } from '../allocation/funding-right.rules.js';
import type { Grade } from '../allocation/score.rules.js';
import { PoliciesService } from '../policies/policies.service.js';
import { assertTakesApplications } from '../stages/stage.rules.js';
import { StagesService } from '../stages/stages.service.js';
import type { Stage } from '../stages/stages.service.js';
import { SuitabilityService } from '../suitability/suitability.service.js';
import { Application } from './application.entity.js';
import {
  assertListable,
  assertOldEnough,
  assertSubmitted,
  assertWithinLimit,
  scoreFormula,
  scoreOf,
  whyIneligible,
} from './application.rules.js';
import type { Choice } from './application.rules.js';
import { toApplicationDto, writes } from './application.view.js';
import type { SeenApplication } from './application.view.js';
import type {
  ApplicationDto,
  ApplicationsQuery,
  GradeDto,
  SavePreferencesDto,
  SubmitApplicationDto,
} from './applications.dto.js';
import { chosenOfferings, findApplicant, preferencesOf } from './applications.queries.js';
import type { Applicant, PreferenceRow } from './applications.queries.js';
import { Preference } from './preference.entity.js';

export { preferencesOf } from './applications.queries.js';
export type { PreferenceRow } from './applications.queries.js';

@Injectable()
export class ApplicationsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly outbox: Outbox,
    private readonly stages: StagesService,
    private readonly policies: PoliciesService,
    private readonly suitability: SuitabilityService,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  async submit(dto: SubmitApplicationDto, by: Actor, once: WriteOnce): Promise<ApplicationDto> {
    const { applyFrom } = await this.stages.upToDate(dto.stageId);
    const secondaryWeightPercent = this.policies.on('adm.score.secondaryWeight', this.stages.dayOf(applyFrom));
    const grades = dto.grades.map(toGrade);
    const examResults = dto.examResults ?? [];
    const { tenThousandths: score } = scoreOf({ grades, examResults, secondaryWeightPercent });
    return this.idempotency.run(once, async (tx) => {
      const stage = await this.stageTaking(tx, dto.stageId);
      const applicant = await this.applicant(tx, dto.learnerId, stage, by);
      this.mustBeOldEnough(applicant, stage);
      const now = this.clock.now();
      const application: Application = {
        ...{ id: this.ids.next(), version: 1, stageId: stage.id, year: stage.year, learnerId: applicant.learnerId },
        ...{ state: 'SUBMITTED', grades, examResults, fundingFacts: factsOf(dto), criteria: [], score, scoreFormula },
        ...{ submittedAt: now, recordedAt: now },
      };
      const preferences = await this.judge(tx, application, dto.preferences, { stage, applicant });
      await insertRows(tx, Application, [application]);
      await insertRows(tx, Preference, preferences);
      await this.suitability.openFor(tx, application);
      await this.outbox.add(tx, ApplicationSubmittedV1, stateOf(application, preferences.length));
      return toApplicationDto({ ...application, registeredBy: applicant.institutionId }, preferences.map(asNew), by)!;
    });
  }

  async get(id: string, by: Actor): Promise<ApplicationDto> {
    return this.view(this.dataSource.manager, await this.seen(this.dataSource.manager, id), by);
  }

  async list(query: ApplicationsQuery, by: Actor): Promise<Page<ApplicationDto>> {
    const rows: SeenApplication[] = await this.dataSource.query(
      `SELECT ${selectList(this.dataSource, Application, 'a')}, l.institution_id AS "registeredBy"
       FROM application a LEFT JOIN known_learner l ON l.learner_id = a.learner_id
       WHERE a.id > $1 AND ($2::uuid IS NULL OR a.stage_id = $2) AND ($3::uuid IS NULL OR a.learner_id = $3)
         AND ($4::uuid IS NULL OR EXISTS
           (SELECT 1 FROM preference p WHERE p.application_id = a.id AND p.institution_id = $4))
         AND ($5::uuid[] IS NULL OR l.institution_id = ANY($5) OR a.state = 'SUBMITTED' AND EXISTS
           (SELECT 1 FROM preference p WHERE p.application_id = a.id AND p.institution_id = ANY($5)))
       ORDER BY a.id LIMIT $6`,
      [
        afterId(query),
        query.stageId ?? null,
        query.learnerId ?? null,
        query.institutionId ?? null,
        by.institutionFilter,
        query.limit + 1,
      ],
    );
    const lists = await preferencesOf(
      this.dataSource,
      rows.map(({ id }) => id),
    );
    const page = toPage(
      rows,
      query.limit,
      (row) => toApplicationDto(row, lists.get(row.id) ?? [], by),
      (row) => [row.id],
    );
    return { ...page, items: page.items.filter((item) => item !== null) };
  }

  /** The whole list at once; the last one saved before the deadline counts (R-ADM-15). */
  async savePreferences(id: string, dto: SavePreferencesDto, version: number, by: Actor): Promise<ApplicationDto> {
    const { stageId } = await this.own(this.dataSource.manager, id, by);
    await this.stages.upToDate(stageId);
    return this.dataSource.transaction(async (tx) => {
      const stage = await this.stageTaking(tx, stageId);
      const application = await this.hold(tx, id, by);
      mustBeCurrent(application, version);
      assertSubmitted(application);
      const applicant = await this.applicant(tx, application.learnerId, stage, by);
      const preferences = await this.judge(tx, application, dto.preferences, { stage, applicant });
      const changed = { ...application, version: application.version + 1, recordedAt: this.clock.now() };
      await tx.query('DELETE FROM preference WHERE application_id = $1', [id]);
      await insertRows(tx, Preference, preferences);
      await updateRows(tx, Application, [changed]);
      await this.suitability.openFor(tx, application);
      await this.outbox.add(tx, ApplicationChangedV1, stateOf(changed, preferences.length));
      return this.view(tx, changed, by);
    });
  }

  /** Until the results are published; after that an invitation is declined instead. */
  async withdraw(id: string, by: Actor): Promise<ApplicationDto> {
    return this.dataSource.transaction(async (tx) => {
      const { stageId } = await this.own(tx, id, by);
      const stage = await this.stages.lock(tx, stageId, 'read');
      const application = await this.hold(tx, id, by);
      if (application.state === 'WITHDRAWN') return this.view(tx, application, by);
      if (stage.state === 'PUBLISHED' || stage.state === 'CLOSED')
        throw conflict('results-published', 'The results are published; decline the invitation instead.');
      const changed: SeenApplication = {
        ...application,
        ...{ version: application.version + 1, state: 'WITHDRAWN', recordedAt: this.clock.now() },
      };
      await updateRows(tx, Application, [changed]);
      const count = await tx.countBy(Preference, { applicationId: id });
      await this.outbox.add(tx, ApplicationWithdrawnV1, stateOf(changed, count));
      return this.view(tx, changed, by);
    });
  }

  /** The application if the caller may write it and see all of it; throws `missing` otherwise. */
  mustWrite(id: string, by: Actor): Promise<Application> {
    return this.own(this.dataSource.manager, id, by);
  }

  private async stageTaking(tx: EntityManager, stageId: string): Promise<Stage> {
    const now = this.clock.now();
    const stage = await this.stages.lock(tx, stageId, 'read');
    assertTakesApplications(stage, now);
    return stage;
  }

  private async applicant(tx: EntityManager, learnerId: string, stage: Stage, by: Actor): Promise<Applicant> {
    const applicant = await findApplicant(tx, learnerId, stage.startsOn);
    if (!applicant || !writes(by, applicant.institutionId)) throw missing('learner');
    return applicant;
  }

  private mustBeOldEnough({ birthYear }: Applicant, stage: Stage): void {
    const firstDay = this.stages.dayOf(stage.applyFrom);
    const on = this.policies.on('adm.age.on', firstDay);
    const day = on === 'FIRST_TEACHING_DAY' ? stage.startsOn : firstDay;
    assertOldEnough(birthYear, day, this.policies.on('adm.age.minimum', day));
  }

  private async judge(
    tx: EntityManager,
    { id, fundingFacts: facts }: Application,
    choices: Choice[],
    { stage, applicant }: { stage: Stage; applicant: Applicant },
  ): Promise<Preference[]> {
    assertWithinLimit(choices, stage.preferenceLimit, stage.limitBasis);
    const wanted = choices.map(({ offeringId }) => offeringId);
    const offerings = await chosenOfferings(tx, stage.id, wanted);
    assertListable(choices, offerings);
    const day = this.stages.dayOf(stage.applyFrom);
    const ruleset = this.policies.on('adm.vf.ruleset', day);
    const holdsFundedPlace = applicant.holdsFundedPlace && this.policies.on('adm.oneLiveAgreement', day);
    return choices.map(({ offeringId, fundingType }, i) => {
      const offering = offerings.get(offeringId.toLowerCase())!;
      const ineligible = whyIneligible(fundingType, offering.kind, { facts, ruleset, holdsFundedPlace });
      const { id: found, institutionId } = offering;
      return { applicationId: id, rank: i + 1, offeringId: found, institutionId, fundingType, ineligible };
    });
  }

  private async seen(source: EntityManager, id: string): Promise<SeenApplication> {
    const [row]: SeenApplication[] = await source.query(
      `SELECT ${selectList(source, Application, 'a')}, l.institution_id AS "registeredBy"
       FROM application a LEFT JOIN known_learner l ON l.learner_id = a.learner_id WHERE a.id = $1`,
      [id],
    );
    if (!row) throw missing('application');
    return row;
  }

  private async own(source: EntityManager, id: string, by: Actor): Promise<SeenApplication> {
    const application = await this.seen(source, id);
    if (!writes(by, application.registeredBy)) throw missing('application');
    return application;
  }

  private async hold(tx: EntityManager, id: string, by: Actor): Promise<SeenApplication> {
    await tx.query('SELECT 1 FROM application WHERE id = $1 FOR UPDATE', [id]);
    return this.own(tx, id, by);
  }

  private async view(source: EntityManager, application: SeenApplication, by: Actor): Promise<ApplicationDto> {
    const lists = await preferencesOf(source, [application.id]);
    const dto = toApplicationDto(application, lists.get(application.id) ?? [], by);
    if (!dto) throw missing('application');
    return dto;
  }
}

/** A preference just saved for the first time: nobody has judged it. */
function asNew(preference: Preference): PreferenceRow {
  return { ...preference, offeringState: 'OPEN', suitability: 'PENDING', reason: null };
}

function toGrade({ scale, value }: GradeDto): Grade {
  return scale === 'NONE' ? { scale } : { scale, value: value ?? 0 };
}

function factsOf(dto: SubmitApplicationDto): FundingFacts {
  return {
    held: (dto.heldQualifications ?? []).map((held) => ({ ...held })),
    ...(dto.studiesInSeveralProgrammes === undefined
      ? {}
      : { studiesInSeveralProgrammes: dto.studiesInSeveralProgrammes }),
    ...(dto.exemptByAct === undefined ? {} : { exemptByAct: dto.exemptByAct }),
  };
}

function stateOf(application: Application, preferences: number): ApplicationSubmittedV1 {
  const { id, version, stageId, year, learnerId, state } = application;
  return { applicationId: id, version, stageId, year, learnerId, preferences, state };
}
