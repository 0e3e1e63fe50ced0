import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Actor } from '@meistras/platform/auth/actor';
import { setReach } from '@meistras/platform/database/reach';
import type { RowOutcome } from '@meistras/platform/imports/import-kind';
import { holdLearners } from '../learners/learner-lock.js';
import type { Learner } from '../learners/learner.entity.js';
import { maySeeProtected } from '../learners/learner-reach.js';
import { learnersNamed, unknownLearner } from '../learners/named-learner.js';
import type { NamedLearner, SoughtLearner } from '../learners/named-learner.js';
import { LearnersService } from '../learners/learners.service.js';
import { PersonalCodes } from '../learners/personal-codes.js';
import { PersonKeys } from '../personal-data/person-keys.service.js';
import type { StatedTerms } from '../register/register.dto.js';
import { LearnerFile } from './learner-file.entity.js';
import type { LearnerFileKind } from './learner-file.entity.js';
import { LearnerFilesService } from './learner-files.service.js';

/** Whose file a row is, and what it says. */
export interface FileRow extends SoughtLearner {
  stated: StatedTerms;
}

/** Files of many learners, with a handful of statements for each round of different learners. */
@Injectable()
export class LearnerFilesBulk {
  constructor(
    private readonly files: LearnerFilesService,
    private readonly learners: LearnersService,
    private readonly codes: PersonalCodes,
    private readonly keys: PersonKeys,
  ) {}

  prepare(row: object): FileRow {
    const { learnerId, personalCode, ...stated } = row as StatedTerms & NamedLearner;
    const indexes = personalCode === undefined ? undefined : this.codes.indexesOf(personalCode);
    return { learnerId: learnerId?.toLowerCase(), indexes, stated };
  }

  async storeAll(tx: EntityManager, kind: LearnerFileKind, rows: FileRow[], by: Actor): Promise<RowOutcome[]> {
    await setReach(tx, null);
    const owners = await learnersNamed(tx, rows, maySeeProtected(by));
    const outcomes = owners.map((owner): RowOutcome => (owner === undefined ? unknownLearner : 'unchanged'));
    // A learner who comes twice is changed by the second row as the first left them.
    for (let left = [...rows.keys()].filter((at) => owners[at] !== undefined); left.length > 0;) {
      const first = new Map<string, number>();
      for (const at of left) if (!first.has(owners[at]!)) first.set(owners[at]!, at);
      await this.storeDistinct(tx, kind, { first, rows, outcomes }, by.clientId);
      const done = new Set(first.values());
      left = left.filter((at) => !done.has(at));
    }
    return outcomes;
  }

  private async storeDistinct(
    tx: EntityManager,
    kind: LearnerFileKind,
    { first, rows, outcomes }: { first: Map<string, number>; rows: FileRow[]; outcomes: RowOutcome[] },
    provider: string,
  ): Promise<void> {
    const held = await holdLearners(tx, [...first.keys()]);
    const keys = await this.keys.hold(
      tx,
      held.map(({ id }) => id),
    );
    const files = await tx.findBy(LearnerFile, { kind, learnerId: In([...first.keys()]) });
    const current = new Map(files.map((file) => [file.learnerId, file]));
    const changed: Learner[] = [];
    for (const learner of held) {
      const at = first.get(learner.id)!;
      const before = current.get(learner.id);
      const after = await this.files.state(
        tx,
        { learnerId: learner.id, kind, current: before, key: keys.get(learner.id) },
        rows[at]!.stated,
        provider,
      );
      if (after === before) continue;
      outcomes[at] = before ? 'updated' : 'created';
      changed.push(learner);
    }
    await this.learners.storeNext(tx, changed);
  }
}
