import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import {
  ApplicationChangedV1,
  ApplicationSubmittedV1,
  ApplicationWithdrawnV1,
} from '@meistras/contracts/events/admission/application';
import type { Actor } from '@meistras/platform/auth/actor';
import { preparedIn } from '@meistras/platform/database/prepared';
import type { Statement } from '@meistras/platform/database/prepared';
import { selectList, tableOf } from '@meistras/platform/database/rows';
import { storeTogether } from '@meistras/platform/database/writes';
import { conflict, missing } from '@meistras/platform/errors/domain-error';
import { mustBeCurrent } from '@meistras/platform/http/etag';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { announce, Outbox } from '@meistras/platform/outbox/outbox';
import type { Announcement } from '@meistras/platform/outbox/outbox';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { PoliciesService } from '../policies/policies.service.js';
import {
  assertTakesApplications,
  assertTakesFindings,
  isPublished,
  takesApplications,
  takesOrder,
} from '../stages/stage.rules.js';
import type { ApplicantGroup } from '../stages/stage.rules.js';
import { StagesService } from '../stages/stages.service.js';
import type { Stage } from '../stages/stages.service.js';
import type { SuitabilityState } from '../suitability/suitability.rules.js';
import { SuitabilityService } from '../suitability/suitability.service.js';
import { Application } from './application.entity.js';
import {
  assertCriteria,
  assertListable,
  assertOnlyReordered,
  assertSubmitted,
  assertWithinLimit,
} from './application.rules.js';
import type { Choice } from './application.rules.js';
import { decidesFor, toApplicationDto, writes } from './application.view.js';
import type { SeenApplication } from './application.view.js';
import type {
  ApplicationDto,
  ApplicationsQuery,
  CorrectGradesDto,
  SavePreferencesDto,
  ScoreHistoryDto,
  SubmitApplicationDto,
} from './applications.dto.js';
import { ApplicationReads } from './application.reads.js';
import { findApplicant, preferencesOf, replaceList } from './applications.queries.js';
import type { Applicant, PreferenceRow } from './applications.queries.js';
import { EligibilityService } from './eligibility.service.js';
import { assertDocument, groupOf } from './entry.rules.js';
import { entryFactsOf, fundingFactsOf } from './submission.js';
import { Preference } from './preference.entity.js';
import { hasGrades, ScoresService } from './scores.service.js';

export { decidesFor } from './application.view.js';

@Injectable()
export class ApplicationsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reads: ApplicationReads,
    private readonly idempotency: Idempotency,
    private readonly outbox: Outbox,
    private readonly stages: StagesService,
    private readonly policies: PoliciesService,
    private readonly suitability: SuitabilityService,
    private readonly eligibility: EligibilityService,
    private readonly scores: ScoresService,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  async submit(dto: SubmitApplicationDto, by: Actor, once: WriteOnce): Promise<ApplicationDto> {
    const { applyFrom } = await this.stages.upToDate(dto.stageId);
    const day = this.stages.dayOf(applyFrom);
    const entryFacts = entryFactsOf(dto);
    assertDocument(entryFacts.document, this.policies.on('adm.grades.registerSince', day));
    assertCriteria(dto.criteria ?? [], this.policies.on('adm.criteria', day));
    const scored = this.scores.compute(dto, day);
    const applicantGroup = groupOf(entryFacts);
    const submitted = await this.idempotency.run(once, async (tx) => {
      const stage = await this.stageTaking(tx, dto.stageId, applicantGroup);
      const applicant = await this.applicant(tx, dto.learnerId, stage, by);
      mustWrite(by, applicant.institutionId);
      this.eligibility.mustBeOldEnough(applicant, stage);
      const now = this.clock.now();
      const application: Application = {
        ...{ id: this.ids.next(), version: 1, stageId: stage.id, year: stage.year, learnerId: applicant.learnerId },
        ...{
          state: 'SUBMITTED',
          fundingFacts: fundingFactsOf(dto),
          entryFacts,
          applicantGroup,
          needs: { ...dto.needs },
          criteria: dto.criteria ?? [],
        },
        ...{ ...scored, ordered: dto.ordered ?? true, submittedAt: now, recordedAt: now },
      };
      const preferences = await this.judge(tx, application, dto.preferences, { stage, applicant });
      await storeTogether(tx, [
        { table: tableOf(tx, Application), rows: [application] },
        { table: tableOf(tx, Preference), rows: preferences },
        this.scores.insertOf(application, { scored, by, reason: null }),
        this.outbox.insertOf([announce(ApplicationSubmittedV1, stateOf(application, preferences.length))]),
      ]);
      const findings = await this.suitability.openFor(tx, { ...application, hasGrades: hasGrades(application) });
      await preparedIn(tx, dropDraft, [stage.id, applicant.learnerId]);
      const list = preferences.map((preference) => justListed(preference, findings));
      return toApplicationDto({ ...application, registeredBy: applicant.institutionId }, list, by)!;
    });
    this.outbox.committed();
    return submitted;
  }

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

  /**
   * The whole list at once; the last one saved before the deadline counts (R-ADM-15). Between the end of applying and that
   * of ordering it is only put in another order or shortened (R-ADM-17).
   */
  async savePreferences(id: string, dto: SavePreferencesDto, version: number, by: Actor): Promise<ApplicationDto> {
    return this.change(id, version, by, async (tx, application, stage) => {
      const now = this.clock.now();
      if (takesOrder(stage, application.applicantGroup, now) && !takesApplications(stage, application, now)) {
        assertOnlyReordered(await listOf(tx, id), dto.preferences);
      } else assertTakesApplications(stage, application.applicantGroup, now);
      const applicant = await this.applicant(tx, application.learnerId, stage, by);
      const preferences = await this.judge(tx, application, dto.preferences, { stage, applicant });
      await replaceList(tx, id, preferences);
      const findings = await this.suitability.openFor(tx, { ...application, hasGrades: hasGrades(application) });
      const list = preferences.map((preference) => justListed(preference, findings));
      return { facts: { ordered: dto.ordered ?? true }, list };
    });
  }

  /** Other grades: the score is computed anew, and what it was before stays on record. Until the lists are fixed. */
  async correctGrades(id: string, dto: CorrectGradesDto, version: number, by: Actor): Promise<ApplicationDto> {
    mustWrite(by, (await this.getOwn(id, by)).registeredBy);
    return this.change(id, version, by, async (tx, application, stage) => {
      assertTakesFindings(stage, this.clock.now());
      const scored = this.scores.compute(dto, this.stages.dayOf(stage.applyFrom));
      const next = { ...application, version: version + 1 };
      await storeTogether(tx, [this.scores.insertOf(next, { scored, by, reason: dto.reason })]);
      if (hasGrades(scored)) await this.suitability.documentsCame(tx, id);
      const { grades, examResults, score, scoreFormula } = scored;
      return { facts: { grades, examResults, score, scoreFormula }, list: await listOf(tx, id) };
    });
  }

  /** Until the results are published; after that an invitation is declined instead. */
  async withdraw(id: string, by: Actor): Promise<ApplicationDto> {
    const { stageId } = await this.getOwn(id, by);
    const withdrawn = await this.dataSource.transaction(async (tx) => {
      const stage = await this.stages.lock(tx, stageId, 'read');
      const application = await this.hold(tx, id, by);
      const list = await listOf(tx, id);
      if (application.state === 'WITHDRAWN') return toApplicationDto(application, list, by)!;
      if (isPublished(stage))
        throw conflict('results-published', 'The results are published; decline the invitation instead.');
      const changed: SeenApplication = {
        ...application,
        ...{ version: application.version + 1, state: 'WITHDRAWN', recordedAt: this.clock.now() },
      };
      await this.store(tx, changed, announce(ApplicationWithdrawnV1, stateOf(changed, list.length)));
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

  /** One change of an application that the caller may write: held, of the version read, announced. */
  private async change(
    id: string,
    version: number,
    by: Actor,
    work: (tx: EntityManager, application: SeenApplication, stage: Stage) => Promise<Change>,
  ): Promise<ApplicationDto> {
    const { stageId } = await this.getOwn(id, by);
    await this.stages.upToDate(stageId);
    const saved = await this.dataSource.transaction(async (tx) => {
      // The stage before the application, as everywhere.
      const stage = await this.stages.lock(tx, stageId, 'read');
      const application = await this.hold(tx, id, by);
      mustBeCurrent(application, version);
      assertSubmitted(application);
      const { facts, list } = await work(tx, application, stage);
      const changed = { ...application, ...facts, version: version + 1, recordedAt: this.clock.now() };
      await this.store(tx, changed, announce(ApplicationChangedV1, stateOf(changed, list.length)));
      return toApplicationDto(changed, list, by)!;
    });
    this.outbox.committed();
    return saved;
  }

  private store(tx: EntityManager, application: Application, announcement: Announcement): Promise<void> {
    return storeTogether(tx, [
      { table: tableOf(tx, Application), rows: [application], replaces: true },
      this.outbox.insertOf([announcement]),
    ]);
  }

  private async stageTaking(tx: EntityManager, stageId: string, group: ApplicantGroup): Promise<Stage> {
    const stage = await this.stages.lock(tx, stageId, 'read');
    assertTakesApplications(stage, group, this.clock.now());
    return stage;
  }

  private async applicant(tx: EntityManager, learnerId: string, stage: Stage, by: Actor): Promise<Applicant> {
    const applicant = await findApplicant(tx, learnerId, stage.startsOn);
    if (!applicant || !decidesFor(by, { learnerId, registeredBy: applicant.institutionId })) throw missing('learner');
    return applicant;
  }

  private async judge(
    tx: EntityManager,
    application: Application,
    choices: Choice[],
    { stage, applicant }: { stage: Stage; applicant: Applicant },
  ): Promise<Preference[]> {
    assertWithinLimit(choices, stage.preferenceLimit, stage.limitBasis);
    const wanted = choices.map(({ offeringId }) => offeringId);
    const judged = await this.eligibility.judge(tx, application, { stage, applicant, wanted });
    assertListable(choices, judged);
    return choices.map(({ offeringId, fundingType }, i) => {
      const { id, institutionId, mayNotEnter, notFunded } = judged.get(offeringId.toLowerCase())!;
      const ineligible = mayNotEnter ?? (fundingType === 'VF' ? notFunded : null);
      return { applicationId: application.id, rank: i + 1, offeringId: id, institutionId, fundingType, ineligible };
    });
  }

  private async seen(id: string): Promise<SeenApplication> {
    const application = await this.reads.byId(id);
    if (!application) throw missing('application');
    return application;
  }

  /** Nobody else changes it until the transaction ends. */
  private async hold(tx: EntityManager, id: string, by: Actor): Promise<SeenApplication> {
    const text = `SELECT ${selectList(tx, Application, 'a')}, l.institution_id AS "registeredBy"
      FROM application a LEFT JOIN known_learner l ON l.learner_id = a.learner_id WHERE a.id = $1 FOR UPDATE OF a`;
    const [application] = await preparedIn<SeenApplication>(tx, { name: 'application-held', text }, [id]);
    return mustDecide(by, application);
  }

  private async view(application: SeenApplication, by: Actor): Promise<ApplicationDto> {
    const dto = toApplicationDto(application, await this.reads.listOf(application.id), by);
    if (!dto) throw missing('application');
    return dto;
  }
}

/** What a change makes of an application, and its list as it stands then. */
interface Change {
  facts: Partial<Application>;
  list: PreferenceRow[];
}

const dropDraft: Statement = {
  name: 'drop-draft',
  text: 'DELETE FROM application_draft WHERE stage_id = $1 AND learner_id = $2',
};

const listOf = async (tx: EntityManager, id: string): Promise<PreferenceRow[]> =>
  (await preferencesOf(tx, [id])).get(id.toLowerCase()) ?? [];

function mustDecide(by: Actor, application: SeenApplication | undefined): SeenApplication {
  if (!application || !decidesFor(by, application)) throw missing('application');
  return application;
}

/** Grades and facts come from a client that answers for them, not from the person whom they judge. */
function mustWrite(by: Actor, registeredBy: string | null): void {
  if (!writes(by, registeredBy)) throw missing('application');
}

/** A preference as it was just saved: of an open offering, with the finding that stands or that is waited for. */
function justListed(preference: Preference, findings: ReadonlyMap<string, SuitabilityState>): PreferenceRow {
  const suitability = findings.get(preference.offeringId) ?? 'PENDING';
  return { ...preference, offeringState: 'OPEN', suitability };
}

function stateOf(application: Application, preferences: number): ApplicationSubmittedV1 {
  const { id, version, stageId, year, learnerId, state } = application;
  return { applicationId: id, version, stageId, year, learnerId, preferences, state };
}
