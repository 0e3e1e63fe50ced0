import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import {
  ApplicationChangedV1,
  ApplicationSubmittedV1,
  ApplicationWithdrawnV1,
} from '@meistras/contracts/events/admission/application';
import type { Actor } from '@meistras/platform/auth/actor';
import { selectList, tableOf } from '@meistras/platform/database/rows';
import { storeTogether } from '@meistras/platform/database/writes';
import type { Insert, Part, Replacement } from '@meistras/platform/database/writes';
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
import { findingsOf, openFindings, SuitabilityService } from '../suitability/suitability.service.js';
import type { Finding } from '../suitability/suitability.service.js';
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
import { findApplicant, holdApplication, preferencesOf, replaceList } from './applications.queries.js';
import type { Applicant, HeldApplication, PreferenceRow } from './applications.queries.js';
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
      const opened = openFindings({ ...application, hasGrades: hasGrades(application) }, offeringsOf(preferences));
      const findings = await storeTogether<Finding>(
        tx,
        [
          { table: tableOf(tx, Application), rows: [application] },
          { table: tableOf(tx, Preference), rows: preferences },
          this.scores.insertOf(application, { scored, by, reason: null }),
          this.outbox.insertOf([announce(ApplicationSubmittedV1, stateOf(application, preferences.length))]),
          dropDraft(application),
          opened,
        ],
        findingsOf(application.id),
      );
      const list = justListed(preferences, findings);
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
      const applicant = applicantOf(application);
      const preferences = await this.judge(tx, application, dto.preferences, { stage, applicant });
      return {
        facts: { ordered: dto.ordered ?? true },
        parts: [
          ...replaceList(tableOf(tx, Preference), id, preferences),
          openFindings({ ...application, hasGrades: hasGrades(application) }, offeringsOf(preferences)),
        ],
        preferences,
      };
    });
  }

  /** Other grades: the score is computed anew, and what it was before stays on record. Until the lists are fixed. */
  async correctGrades(id: string, dto: CorrectGradesDto, version: number, by: Actor): Promise<ApplicationDto> {
    mustWrite(by, (await this.getOwn(id, by)).registeredBy);
    return this.change(id, version, by, async (tx, application, stage) => {
      assertTakesFindings(stage, this.clock.now());
      const scored = this.scores.compute(dto, this.stages.dayOf(stage.applyFrom));
      const next = { ...application, version: version + 1 };
      if (hasGrades(scored)) await this.suitability.documentsCame(tx, id);
      const { grades, examResults, score, scoreFormula } = scored;
      return {
        facts: { grades, examResults, score, scoreFormula },
        parts: [this.scores.insertOf(next, { scored, by, reason: dto.reason })],
      };
    });
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
      const announcement = announce(ApplicationWithdrawnV1, stateOf(changed, list.length));
      await this.store(tx, changed, { announcement });
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
    work: (tx: EntityManager, application: HeldApplication, stage: Stage) => Promise<Change>,
  ): Promise<ApplicationDto> {
    const { stageId } = await this.getOwn(id, by);
    const known = await this.stages.upToDate(stageId);
    const saved = await this.dataSource.transaction(async (tx) => {
      const { application, stage } = await this.hold(tx, id, by, known);
      mustBeCurrent(application, version);
      assertSubmitted(application);
      const { facts, parts, preferences } = await work(tx, application, stage);
      const changed = { ...application, ...facts, version: version + 1, recordedAt: this.clock.now() };
      if (preferences) {
        const announcement = announce(ApplicationChangedV1, stateOf(changed, preferences.length));
        const result = findingsOf(application.id);
        const findings = await this.store(tx, changed, { announcement, parts, result });
        return toApplicationDto(changed, justListed(preferences, findings), by)!;
      }
      const list = await listOf(tx, id);
      const announcement = announce(ApplicationChangedV1, stateOf(changed, list.length));
      await this.store(tx, changed, { announcement, parts });
      return toApplicationDto(changed, list, by)!;
    });
    this.outbox.committed();
    return saved;
  }

  /** Stores the application with its event, and what belongs to it. */
  private store(
    tx: EntityManager,
    application: Application,
    { announcement, parts = [], result }: Stored,
  ): Promise<Finding[]> {
    const changed: Replacement = { table: tableOf(tx, Application), rows: [application], replaces: true };
    return storeTogether<Finding>(tx, [...parts, changed, this.outbox.insertOf([announcement])], result);
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

  /** The application, and its stage: as it was known, unless it moved meanwhile. */
  private async hold(
    tx: EntityManager,
    id: string,
    by: Actor,
    known: Stage,
  ): Promise<{ application: HeldApplication; stage: Stage }> {
    const application = mustDecide(by, await holdApplication(tx, id));
    const isKnown = application.stageVersion === known.version;
    return { application, stage: isKnown ? known : await this.stages.lock(tx, known.id, 'read') };
  }

  private async view(application: SeenApplication, by: Actor): Promise<ApplicationDto> {
    const dto = toApplicationDto(application, await this.reads.listOf(application.id), by);
    if (!dto) throw missing('application');
    return dto;
  }
}

/** What a change makes of an application, what is stored with it, and the list if it is another one. */
interface Change {
  facts: Partial<Application>;
  parts: (Insert | Part)[];
  preferences?: Preference[];
}

interface Stored {
  announcement: Announcement;
  parts?: (Insert | Part)[];
  result?: Part;
}

const dropDraft = ({ stageId, learnerId }: Application): Part => ({
  name: 'dropped',
  values: [stageId, learnerId],
  text: (n) => `DELETE FROM application_draft WHERE stage_id = $${n} AND learner_id = $${n + 1}`,
});

const offeringsOf = (preferences: Preference[]): string[] => preferences.map(({ offeringId }) => offeringId);

const listOf = async (tx: EntityManager, id: string): Promise<PreferenceRow[]> =>
  (await preferencesOf(tx, [id])).get(id.toLowerCase()) ?? [];

function mustDecide<A extends SeenApplication>(by: Actor, application: A | undefined): A {
  if (!application || !decidesFor(by, application)) throw missing('application');
  return application;
}

function applicantOf({ learnerId, registeredBy, birthYear, holdsFundedPlace }: HeldApplication): Applicant {
  if (birthYear === null) throw missing('learner');
  return { learnerId, institutionId: registeredBy, birthYear, holdsFundedPlace };
}

/** Grades and facts come from a client that answers for them, not from the person whom they judge. */
function mustWrite(by: Actor, registeredBy: string | null): void {
  if (!writes(by, registeredBy)) throw missing('application');
}

/** A list as it was just saved: of open offerings, with the findings that stand or that are waited for. */
function justListed(preferences: Preference[], findings: Finding[]): PreferenceRow[] {
  const states = new Map(findings.map(({ offeringId, state }) => [offeringId, state]));
  return preferences.map((preference) => {
    const suitability = states.get(preference.offeringId) ?? 'PENDING';
    return { ...preference, offeringState: 'OPEN', suitability };
  });
}

function stateOf(application: Application, preferences: number): ApplicationSubmittedV1 {
  const { id, version, stageId, year, learnerId, state } = application;
  return { applicationId: id, version, stageId, year, learnerId, preferences, state };
}
