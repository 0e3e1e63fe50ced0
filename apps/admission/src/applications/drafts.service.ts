import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Actor } from '@meistras/platform/auth/actor';
import { upsertRows } from '@meistras/platform/database/rows';
import { conflict, missing } from '@meistras/platform/errors/domain-error';
import { mustExistFor } from '@meistras/platform/http/etag';
import { Clock } from '@meistras/platform/time/clock';
import { StagesService } from '../stages/stages.service.js';
import { ApplicationDraft } from './application-draft.entity.js';
import { decidesFor } from './application.view.js';
import type { DraftDto, DraftKeyParams, SaveDraftDto } from './drafts.dto.js';

/** Applications that are filled in and not submitted. */
@Injectable()
export class DraftsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly stages: StagesService,
    private readonly clock: Clock,
  ) {}

  async get(key: DraftKeyParams, by: Actor): Promise<DraftDto> {
    await mustDecide(this.dataSource.manager, key.learnerId, by);
    const draft = await this.dataSource.manager.findOneBy(ApplicationDraft, key);
    if (!draft) throw missing('draft');
    return toDraftDto(draft);
  }

  /** Until the stage takes no applications; also before it opens. */
  async save(
    { stageId, learnerId, by }: DraftKeyParams & { by: Actor },
    content: SaveDraftDto,
    version: number | undefined,
  ): Promise<DraftDto> {
    await this.stages.upToDate(stageId);
    return this.dataSource.transaction(async (tx) => {
      const stage = await this.stages.lock(tx, stageId, 'read');
      await mustDecide(tx, learnerId, by);
      if (stage.state !== 'PLANNED' && stage.state !== 'OPEN')
        throw conflict('window-closed', 'The stage takes no applications any more (R-ADM-12).');
      const key = { stageId: stage.id, learnerId };
      const found = await tx.findOne(ApplicationDraft, { where: key, lock: { mode: 'pessimistic_write' } });
      mustExistFor(found ?? undefined, version);
      const draft: ApplicationDraft = {
        ...{ ...key, version: (found?.version ?? 0) + 1, content, recordedAt: this.clock.now() },
      };
      await upsertRows(tx, ApplicationDraft, [draft]);
      return toDraftDto(draft);
    });
  }

  async discard(key: DraftKeyParams, by: Actor): Promise<void> {
    await mustDecide(this.dataSource.manager, key.learnerId, by);
    const { affected } = await this.dataSource.manager.delete(ApplicationDraft, key);
    if (affected === 0) throw missing('draft');
  }
}

async function mustDecide(source: EntityManager, learnerId: string, by: Actor): Promise<void> {
  const [learner]: { registeredBy: string | null }[] = await source.query(
    'SELECT institution_id AS "registeredBy" FROM known_learner WHERE learner_id = $1',
    [learnerId],
  );
  if (!learner || !decidesFor(by, { learnerId, ...learner })) throw missing('learner');
}

function toDraftDto({ recordedAt, ...draft }: ApplicationDraft): DraftDto {
  return { ...draft, recordedAt: recordedAt.toISOString() };
}
