import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { ApplicationChangedV1 } from '@meistras/contracts/events/admission/application';
import type { Actor } from '@meistras/platform/auth/actor';
import { Batcher, judgeEach } from '@meistras/platform/database/batcher';
import type { Refused } from '@meistras/platform/database/batcher';
import { tableOf } from '@meistras/platform/database/rows';
import type { Replacement } from '@meistras/platform/database/writes';
import { missing } from '@meistras/platform/errors/domain-error';
import { mustBeCurrent } from '@meistras/platform/http/etag';
import { Outbox } from '@meistras/platform/outbox/outbox';
import { currentTraceparent } from '@meistras/platform/telemetry/trace';
import { Clock } from '@meistras/platform/time/clock';
import { assertTakesApplications, takesApplications, takesOrder } from '../stages/stage.rules.js';
import { StagesService } from '../stages/stages.service.js';
import type { Stage } from '../stages/stages.service.js';
import { Application } from './application.entity.js';
import { ApplicationReads } from './application.reads.js';
import { assertOnlyReordered, assertSubmitted } from './application.rules.js';
import { mustDecide } from './application.view.js';
import type { ApplicationDto, SavePreferencesDto } from './applications.dto.js';
import { holdApplications, preferencesOf } from './applications.queries.js';
import type { Applicant, HeldApplication, PreferenceRow } from './applications.queries.js';
import { EligibilityService } from './eligibility.service.js';
import type { WantedOfferings } from './eligibility.service.js';
import { announceAll, judgedList, offeringsOf, storeLists } from './listed.js';
import type { Listed } from './listed.js';

/** A list that somebody saves upon the version of the application that was read. */
interface Saving {
  applicationId: string;
  learnerId: string;
  dto: SavePreferencesDto;
  version: number;
  by: Actor;
  /** As it was known before the application is held. */
  stage: Stage;
  traceparent: string | undefined;
}

/** What lists are judged by. */
interface Judging {
  stage: Stage;
  /** When they were held. */
  now: Date;
  held: ReadonlyMap<string, HeldApplication>;
  /** The lists of those that may only be put in another order. */
  before: ReadonlyMap<string, PreferenceRow[]>;
  offerings: WantedOfferings;
}

/**
 * Lists of applications. Those of a stage that arrive together, as all do in the hour before applying ends, are judged and
 * stored together, each by itself.
 */
@Injectable()
export class PreferenceListsService {
  private readonly together = new Batcher<Saving, ApplicationDto>((savings) => this.saveAll(savings), {
    atMost: 50,
    alike: ({ stage }) => stage.id,
    apart: ({ applicationId }) => applicationId,
  });

  constructor(
    private readonly dataSource: DataSource,
    private readonly reads: ApplicationReads,
    private readonly outbox: Outbox,
    private readonly stages: StagesService,
    private readonly eligibility: EligibilityService,
    private readonly clock: Clock,
  ) {}

  /**
   * The whole list at once; the last one saved before the deadline counts (R-ADM-15). Between the end of applying and that
   * of ordering it is only put in another order or shortened (R-ADM-17).
   */
  async save(id: string, dto: SavePreferencesDto, version: number, by: Actor): Promise<ApplicationDto> {
    const { id: applicationId, learnerId, stageId } = mustDecide(by, await this.reads.byId(id));
    const stage = await this.stages.upToDate(stageId);
    const traceparent = currentTraceparent();
    return this.together.run({ applicationId, learnerId, dto, version, by, stage, traceparent });
  }

  private async saveAll(savings: Saving[]): Promise<(ApplicationDto | Refused)[]> {
    const answers = await this.dataSource.transaction(async (tx) => {
      const judging = await this.hold(tx, savings);
      const judge = (saving: Saving): Listed => this.judge(saving, judging);
      return judgeEach(savings, judge, (listed) => this.store(tx, listed));
    });
    this.outbox.committed();
    return answers;
  }

  private store(tx: EntityManager, listed: Listed[]): Promise<ApplicationDto[]> {
    const rows = listed.map(({ application }) => application);
    const changed: Replacement = { table: tableOf(tx, Application), rows, replaces: true };
    const announced = this.outbox.insertOf(announceAll(ApplicationChangedV1, listed));
    return storeLists(tx, listed, { parts: [changed, announced], replace: true });
  }

  /** The applications with their stage: as it was known, unless it moved meanwhile. */
  private async hold(tx: EntityManager, savings: Saving[]): Promise<Judging> {
    const ids = savings.map(({ applicationId }) => applicationId);
    const held = await holdApplications(tx, ids);
    const [{ stage: known }] = savings as [Saving];
    const isKnown = savings.every(
      ({ applicationId, stage }) => held.get(applicationId)?.stageVersion === stage.version,
    );
    const stage = isKnown ? known : await this.stages.lock(tx, known.id, 'read');
    const wishes = savings.map(({ learnerId, dto }) => ({ learnerId, offeringIds: offeringsOf(dto.preferences) }));
    const offerings = await this.eligibility.wanted(tx, stage, wishes);
    const now = this.clock.now();
    const onlyOrdered = [...held.values()].filter((application) => isOnlyOrdered(stage, application, now));
    const before = onlyOrdered.length > 0 ? await preferencesOf(tx, onlyOrdered.map(idOf)) : new Map();
    return { stage, now, held, before, offerings };
  }

  private judge({ applicationId, dto, version, by, traceparent }: Saving, judging: Judging): Listed {
    const { stage, now, held, before, offerings } = judging;
    const application = mustDecide(by, held.get(applicationId));
    mustBeCurrent(application, version);
    assertSubmitted(application);
    const list = before.get(applicationId);
    if (list) assertOnlyReordered(list, dto.preferences);
    else assertTakesApplications(stage, application.applicantGroup, now);
    const applicant = applicantOf(application);
    const preferences = judgedList(application, dto.preferences, { stage, applicant, offerings });
    const changed = { ...application, ordered: dto.ordered ?? true, version: version + 1, recordedAt: now };
    return { application: changed, preferences, by, traceparent };
  }
}

const idOf = ({ id }: Application): string => id;

const isOnlyOrdered = (stage: Stage, application: HeldApplication, now: Date): boolean =>
  takesOrder(stage, application.applicantGroup, now) && !takesApplications(stage, application, now);

function applicantOf({ learnerId, registeredBy, birthYear, holdsFundedPlace }: HeldApplication): Applicant {
  if (birthYear === null) throw missing('learner');
  return { learnerId, institutionId: registeredBy, birthYear, holdsFundedPlace };
}
