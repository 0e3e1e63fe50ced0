import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '@meistras/platform/auth/actor';
import { ServiceConfig } from '@meistras/platform/config/config';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { assertCanBecome, assertEndDay } from '../enrolments/enrolment.rules.js';
import { EnrolmentsService } from '../enrolments/enrolments.service.js';
import { Result } from './result.entity.js';
import { passes } from './result.rules.js';
import type { RecordResultDto, ResultDto } from './results.dto.js';

@Injectable()
export class ResultsService {
  constructor(
    private readonly idempotency: Idempotency,
    private readonly enrolments: EnrolmentsService,
    private readonly config: ServiceConfig,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  record(dto: RecordResultDto, by: Actor, once: WriteOnce): Promise<ResultDto> {
    return this.idempotency.run(once, async (tx) => {
      const enrolment = await this.enrolments.getForUpdate(tx, dto.enrolmentId, by);
      assertCanBecome(enrolment.state, 'COMPLETED');
      assertEndDay(dto.decidedOn, enrolment.startsOn, this.clock.today(this.config.TIME_ZONE));
      const result = {
        id: this.ids.next(),
        enrolmentId: enrolment.id,
        mark: dto.mark,
        passed: passes(dto.mark, dto.decidedOn),
        decidedOn: dto.decidedOn,
      };
      await tx.insert(Result, { ...result, recordedAt: this.clock.now(), recordedBy: by.clientId });
      if (result.passed) await this.enrolments.complete(tx, enrolment, dto.decidedOn);
      return result;
    });
  }

  /** The passed assessment of an enrolment, or null. */
  findPassed(tx: EntityManager, enrolmentId: string): Promise<Result | null> {
    return tx.findOneBy(Result, { enrolmentId, passed: true });
  }
}
