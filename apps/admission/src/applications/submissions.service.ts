import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { ApplicationSubmittedV1 } from '@meistras/contracts/events/admission/application';
import type { Actor } from '@meistras/platform/auth/actor';
import { Batcher, judgeEach } from '@meistras/platform/database/batcher';
import type { Refused } from '@meistras/platform/database/batcher';
import { tableOf } from '@meistras/platform/database/rows';
import type { Part } from '@meistras/platform/database/writes';
import { missing } from '@meistras/platform/errors/domain-error';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Outbox } from '@meistras/platform/outbox/outbox';
import { currentTraceparent } from '@meistras/platform/telemetry/trace';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { PoliciesService } from '../policies/policies.service.js';
import { assertTakesApplications } from '../stages/stage.rules.js';
import { StagesService } from '../stages/stages.service.js';
import type { Stage } from '../stages/stages.service.js';
import { Application } from './application.entity.js';
import { assertCriteria } from './application.rules.js';
import { decidesFor, mustWrite } from './application.view.js';
import type { SeenApplication } from './application.view.js';
import type { ApplicationDto, SubmitApplicationDto } from './applications.dto.js';
import { findApplicants } from './applications.queries.js';
import type { Applicant } from './applications.queries.js';
import { EligibilityService } from './eligibility.service.js';
import type { WantedOfferings } from './eligibility.service.js';
import { assertDocument, groupOf } from './entry.rules.js';
import { announceAll, judgedList, offeringsOf, storeLists } from './listed.js';
import type { Listed } from './listed.js';
import { ScoresService } from './scores.service.js';
import type { Scored } from './scores.service.js';
import { entryFactsOf, fundingFactsOf } from './submission.js';

/** What somebody submits, as far as it is judged by itself. */
interface Submission {
  dto: SubmitApplicationDto;
  by: Actor;
  once: WriteOnce;
  facts: Pick<Application, 'entryFacts' | 'fundingFacts' | 'applicantGroup'>;
  scored: Scored;
  traceparent: string | undefined;
}

/** A submission that is taken. */
interface Taken extends Listed {
  submission: Submission;
}

/** New applications. Those of a stage that arrive together are judged and stored together, each by itself. */
@Injectable()
export class SubmissionsService {
  private readonly together = new Batcher<Submission, ApplicationDto>((submissions) => this.takeAll(submissions), {
    atMost: 50,
    alike: ({ dto }) => dto.stageId.toLowerCase(),
    apart: ({ dto }) => dto.learnerId.toLowerCase(),
  });

  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly outbox: Outbox,
    private readonly stages: StagesService,
    private readonly policies: PoliciesService,
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
    const facts = { entryFacts, fundingFacts: fundingFactsOf(dto), applicantGroup: groupOf(entryFacts) };
    const submission = { dto, by, once, facts, scored, traceparent: currentTraceparent() };
    return this.idempotency.share(once, () => this.together.run(submission));
  }

  private async takeAll(submissions: Submission[]): Promise<(ApplicationDto | Refused)[]> {
    const answers = await this.dataSource.transaction(async (tx) => {
      const stage = await this.stages.lock(tx, submissions[0]!.dto.stageId, 'read');
      const learnerIds = submissions.map(({ dto }) => dto.learnerId);
      const applicants = await findApplicants(tx, learnerIds, stage.startsOn);
      const offerings = await this.eligibility.wanted(tx, stage, submissions.map(wishOf));
      const judge = (submission: Submission): Taken => {
        const applicant = applicants.get(submission.dto.learnerId.toLowerCase());
        return this.take(submission, { stage, applicant, offerings });
      };
      return judgeEach(submissions, judge, (taken) => this.store(tx, taken));
    });
    this.outbox.committed();
    return answers;
  }

  private take(
    submission: Submission,
    { stage, applicant, offerings }: { stage: Stage; applicant: Applicant | undefined; offerings: WantedOfferings },
  ): Taken {
    const { dto, by, facts, scored, traceparent } = submission;
    const now = this.clock.now();
    assertTakesApplications(stage, facts.applicantGroup, now);
    if (!applicant) throw missing('learner');
    const { learnerId, institutionId: registeredBy } = applicant;
    if (!decidesFor(by, { learnerId, registeredBy })) throw missing('learner');
    mustWrite(by, registeredBy);
    this.eligibility.mustBeOldEnough(applicant, stage);
    const application: SeenApplication = {
      ...{ id: this.ids.next(), version: 1, stageId: stage.id, year: stage.year, learnerId, registeredBy },
      ...{ ...facts, state: 'SUBMITTED', needs: { ...dto.needs }, criteria: dto.criteria ?? [] },
      ...{ ...scored, ordered: dto.ordered ?? true, submittedAt: now, recordedAt: now },
    };
    const preferences = judgedList(application, dto.preferences, { stage, applicant, offerings });
    return { application, preferences, by, traceparent, submission };
  }

  private async store(tx: EntityManager, taken: Taken[]): Promise<ApplicationDto[]> {
    const applications = taken.map(({ application }) => application);
    const scores = taken.map(({ application, by, submission: { scored } }) => ({
      ...{ application, scored, by, reason: null },
    }));
    const parts = [
      { table: tableOf(tx, Application), rows: applications },
      this.scores.insertOf(scores),
      this.outbox.insertOf(announceAll(ApplicationSubmittedV1, taken)),
      dropDrafts(applications),
    ];
    const answers = await storeLists(tx, taken, { parts, replace: false });
    const kept = taken.map(({ submission: { once } }, i) => ({ once, answer: answers[i]! }));
    await this.idempotency.keep(tx, kept);
    return answers;
  }
}

const wishOf = ({ dto }: Submission): { learnerId: string; offeringIds: string[] } => ({
  learnerId: dto.learnerId,
  offeringIds: offeringsOf(dto.preferences),
});

const dropDrafts = (applications: Application[]): Part => ({
  name: 'dropped',
  values: [applications.map(({ stageId }) => stageId), applications.map(({ learnerId }) => learnerId)],
  text: (
    n,
  ) => `DELETE FROM application_draft d USING unnest($${n}::uuid[], $${n + 1}::uuid[]) AS k (stage_id, learner_id)
    WHERE d.stage_id = k.stage_id AND d.learner_id = k.learner_id`,
});
