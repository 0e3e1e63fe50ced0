import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { conflict, missing } from '@meistras/platform/errors/domain-error';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page, PageQuery } from '@meistras/platform/paging/paging';
import { StagesService } from '../stages/stages.service.js';
import { ApplicationDraft } from './application-draft.entity.js';
import { Application } from './application.entity.js';
import { findApplicants } from './applications.queries.js';
import { EligibilityService } from './eligibility.service.js';
import type { JudgedOffering, StatedFacts } from './eligibility.service.js';
import { entryFactsOf, fundingFactsOf } from './submission.js';

interface Asked extends PageQuery {
  stageId: string;
}

/** What may this person choose, and where is a state-funded place open? */
@Injectable()
export class OptionsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly stages: StagesService,
    private readonly eligibility: EligibilityService,
  ) {}

  /** Open offerings of a stage, judged by what the person's application or draft in it states. */
  async of(learnerId: string, query: Asked): Promise<Page<JudgedOffering>> {
    const stage = await this.stages.upToDate(query.stageId);
    const { manager } = this.dataSource;
    const applicant = (await findApplicants(manager, [learnerId], stage.startsOn)).get(learnerId.toLowerCase());
    if (!applicant) throw missing('learner');
    const facts = await this.factsOf(learnerId, stage.id);
    const rows: { id: string }[] = await manager.query(
      `SELECT id FROM offering WHERE stage_id = $1 AND state = 'OPEN' AND id > $2 ORDER BY id LIMIT $3`,
      [stage.id, afterId(query), query.limit + 1],
    );
    const wanted = rows.map(({ id }) => id);
    const offerings = await this.eligibility.wanted(manager, stage, [{ learnerId, offeringIds: wanted }]);
    const judged = offerings.judgedFor(facts, applicant, wanted);
    return toPage(
      rows,
      query.limit,
      ({ id }) => judged.get(id)!,
      ({ id }) => [id],
    );
  }

  private async factsOf(learnerId: string, stageId: string): Promise<StatedFacts> {
    const { manager } = this.dataSource;
    const application = await manager.findOneBy(Application, { stageId, learnerId });
    if (application) return application;
    const { content } = (await manager.findOneBy(ApplicationDraft, { stageId, learnerId })) ?? {};
    if (content?.education === undefined)
      throw conflict('facts-missing', 'Nothing is known of the education yet: save a draft with it first.');
    return {
      entryFacts: entryFactsOf({ ...content, education: content.education }),
      fundingFacts: fundingFactsOf(content),
    };
  }
}
