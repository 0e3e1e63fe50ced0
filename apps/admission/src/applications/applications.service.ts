import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { ApplicationChangedV1, ApplicationWithdrawnV1 } from '@meistras/contracts/events/admission/application';
import type { Actor } from '@meistras/platform/auth/actor';
import { selectList, tableOf } from '@meistras/platform/database/rows';
import { storeTogether } from '@meistras/platform/database/writes';
import type { Insert, Replacement } from '@meistras/platform/database/writes';
import { conflict, missing } from '@meistras/platform/errors/domain-error';
import { mustBeCurrent } from '@meistras/platform/http/etag';
import { announce, Outbox } from '@meistras/platform/outbox/outbox';
import type { Announcement } from '@meistras/platform/outbox/outbox';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock } from '@meistras/platform/time/clock';
import { assertTakesFindings, isPublished } from '../stages/stage.rules.js';
import { StagesService } from '../stages/stages.service.js';
import type { Stage } from '../stages/stages.service.js';
import { SuitabilityService } from '../suitability/suitability.service.js';
import { Application } from './application.entity.js';
import { assertSubmitted, hasGrades } from './application.rules.js';
import { mustDecide, mustWrite, toApplicationDto } from './application.view.js';
import type { SeenApplication } from './application.view.js';
import type { ApplicationDto, ApplicationsQuery, CorrectGradesDto, ScoreHistoryDto } from './applications.dto.js';
import { ApplicationReads } from './application.reads.js';
import { holdApplications, preferencesOf } from './applications.queries.js';
import type { HeldApplication, PreferenceRow } from './applications.queries.js';
import { stateOf } from './listed.js';
import { ScoresService } from './scores.service.js';

export { decidesFor } from './application.view.js';

/** Applications as they are read, corrected and withdrawn; see SubmissionsService for how they come. */
@Injectable()
export class ApplicationsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reads: ApplicationReads,
    private readonly outbox: Outbox,
    private readonly stages: StagesService,
    private readonly suitability: SuitabilityService,
    private readonly scores: ScoresService,
    private readonly clock: Clock,
  ) {}

  async get(id: string, by: Actor): Promise<ApplicationDto> {
    return this.view(await this.seen(id), by);
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

  /** Other grades: the score is computed anew, and what it was before stays on record. Until the lists are fixed. */
  async correctGrades(id: string, dto: CorrectGradesDto, version: number, by: Actor): Promise<ApplicationDto> {
    const { registeredBy, stageId } = await this.getOwn(id, by);
    mustWrite(by, registeredBy);
    const known = await this.stages.upToDate(stageId);
    const corrected = await this.dataSource.transaction(async (tx) => {
      const { application, stage } = await this.hold(tx, id, by, known);
      mustBeCurrent(application, version);
      assertSubmitted(application);
      assertTakesFindings(stage, this.clock.now());
      const scored = this.scores.compute(dto, this.stages.dayOf(stage.applyFrom));
      if (hasGrades(scored)) await this.suitability.documentsCame(tx, application.id);
      const { grades, examResults, score, scoreFormula } = scored;
      const facts = { grades, examResults, score, scoreFormula };
      const changed = { ...application, ...facts, version: version + 1, recordedAt: this.clock.now() };
      const list = await listOf(tx, id);
      const scores = this.scores.insertOf([{ application: changed, scored, by, reason: dto.reason }]);
      await this.store(tx, changed, [announce(ApplicationChangedV1, stateOf(changed, list.length)), scores]);
      return toApplicationDto(changed, list, by)!;
    });
    this.outbox.committed();
    return corrected;
  }

  /** Until the results are published; after that an invitation is declined instead. */
  async withdraw(id: string, by: Actor): Promise<ApplicationDto> {
    const { stageId } = await this.getOwn(id, by);
    const known = await this.stages.upToDate(stageId);
    const withdrawn = await this.dataSource.transaction(async (tx) => {
      const { application, stage } = await this.hold(tx, id, by, known);
      const list = await listOf(tx, id);
      if (application.state === 'WITHDRAWN') return toApplicationDto(application, list, by)!;
      if (isPublished(stage))
        throw conflict('results-published', 'The results are published; decline the invitation instead.');
      const changed: SeenApplication = {
        ...application,
        ...{ version: application.version + 1, state: 'WITHDRAWN', recordedAt: this.clock.now() },
      };
      await this.store(tx, changed, [announce(ApplicationWithdrawnV1, stateOf(changed, list.length))]);
      return toApplicationDto(changed, list, by)!;
    });
    this.outbox.committed();
    return withdrawn;
  }

  /** Which grades, from where, and what was believed before. */
  async scoreOf(id: string, by: Actor): Promise<ScoreHistoryDto> {
    return this.scores.historyOf(await this.getOwn(id, by));
  }

  /** All that a person ever applied for. */
  async ofPerson(learnerId: string, by: Actor): Promise<ApplicationDto[]> {
    const rows = await this.reads.ofPerson(learnerId);
    return Promise.all(rows.map((row) => this.view(row, by)));
  }

  /** The application if the caller decides for the applicant; throws `missing` otherwise. */
  async getOwn(id: string, by: Actor): Promise<SeenApplication> {
    return mustDecide(by, await this.seen(id));
  }

  /** Stores the application with its event, and what belongs to it. */
  private async store(
    tx: EntityManager,
    application: Application,
    [announcement, ...inserts]: [Announcement, ...Insert[]],
  ): Promise<void> {
    const changed: Replacement = { table: tableOf(tx, Application), rows: [application], replaces: true };
    await storeTogether(tx, [...inserts, changed, this.outbox.insertOf([announcement])]);
  }

  private async seen(id: string): Promise<SeenApplication> {
    const application = await this.reads.byId(id);
    if (!application) throw missing('application');
    return application;
  }

  /** The application, and its stage: as it was known, unless it moved meanwhile. */
  private async hold(
    tx: EntityManager,
    id: string,
    by: Actor,
    known: Stage,
  ): Promise<{ application: HeldApplication; stage: Stage }> {
    const application = mustDecide(by, (await holdApplications(tx, [id])).get(id.toLowerCase()));
    const isKnown = application.stageVersion === known.version;
    return { application, stage: isKnown ? known : await this.stages.lock(tx, known.id, 'read') };
  }

  private async view(application: SeenApplication, by: Actor): Promise<ApplicationDto> {
    const dto = toApplicationDto(application, await this.reads.listOf(application.id), by);
    if (!dto) throw missing('application');
    return dto;
  }
}

const listOf = async (tx: EntityManager, id: string): Promise<PreferenceRow[]> =>
  (await preferencesOf(tx, [id])).get(id.toLowerCase()) ?? [];
