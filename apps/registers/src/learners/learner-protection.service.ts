import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { invalid } from '@meistras/platform/errors/domain-error';
import { mustBeCurrent } from '@meistras/platform/http/etag';
import { Clock } from '@meistras/platform/time/clock';
import { PoliciesService } from '../policies/policies.service.js';
import { toLearnerDto } from './learners.dto.js';
import type { LearnerDto, ProtectLearnerDto } from './learners.dto.js';
import { LearnersService } from './learners.service.js';
import type { LearnerChange } from './learners.service.js';

/** Persons who must not be found: adopted children, witnesses. To all without the scope they are as unknown (R-REG-32). */
@Injectable()
export class LearnerProtectionService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly learners: LearnersService,
    private readonly policies: PoliciesService,
    private readonly clock: Clock,
  ) {}

  /** Protects a learner or, without a category, no longer. The event says nothing of it. */
  async protect(id: string, dto: ProtectLearnerDto, { readVersion, reading }: LearnerChange): Promise<LearnerDto> {
    return this.dataSource.transaction(async (tx) => {
      const learner = await this.learners.lock(tx, id, reading);
      mustBeCurrent(learner, readVersion);
      const protectionCategory = dto.category ?? null;
      const known = await this.policies.protectionCategoriesOn(tx, this.clock.today());
      if (protectionCategory !== null && !known.includes(protectionCategory)) throw unknownCategory(known);
      const state = protectionCategory === null ? 'REGISTERED' : 'PROTECTED';
      const [changed = learner] = await this.learners.storeNext(tx, [{ ...learner, state, protectionCategory }]);
      return toLearnerDto(changed);
    });
  }
}

const unknownCategory = (known: string[]): Error =>
  invalid('invalid-input', 'The body has faults.', [
    { pointer: '/category', code: 'UNKNOWN', message: `It must be one of ${known.join(', ')}.` },
  ]);
