import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { AccessTrail } from '@meistras/platform/access-log/access-trail';
import { mustStatePurpose } from '@meistras/platform/access-log/reading';
import type { Reading } from '@meistras/platform/access-log/reading';
import { ReachedReads, setReach } from '@meistras/platform/database/reach';
import { insertRows } from '@meistras/platform/database/rows';
import { missing } from '@meistras/platform/errors/domain-error';
import { mustExistFor } from '@meistras/platform/http/etag';
import { withoutNulls } from '@meistras/platform/http/validation';
import { holdLearners } from '../learners/learner-lock.js';
import { maySeeProtected } from '../learners/learner-reach.js';
import { LearnersService } from '../learners/learners.service.js';
import { keyMissing, PersonKeys } from '../personal-data/person-keys.service.js';
import { places } from '../personal-data/places.js';
import { openJson, sealJson } from '../personal-data/sealed-json.js';
import { bothTimesOf, entryOf } from '../register/as-of.js';
import type { PeriodRow } from '../register/as-of.js';
import { toHistoryDto } from '../register/history.js';
import type { Registered } from '../register/periods.js';
import type { AboutEntryDto, AsOfQuery, HistoryDto, StatedTerms } from '../register/register.dto.js';
import { Registers } from '../register/registers.js';
import type { TakesEffect } from '../register/registers.js';
import { LearnerFile } from './learner-file.entity.js';
import type { LearnerFileKind } from './learner-file.entity.js';
import { fileOf } from './learner-files.queries.js';

/** Which file of whom, by whose request. */
export interface FileOf {
  learnerId: string;
  kind: LearnerFileKind;
  reading: Reading;
}

/** Whose file is stated, as it is kept so far, and the learner's key. */
export interface StatedFile {
  learnerId: string;
  kind: LearnerFileKind;
  current: LearnerFile | undefined;
  key: Buffer | undefined;
}

/** What is kept of learners beside their persons: for those alone who have its scope and say what for. */
@Injectable()
export class LearnerFilesService implements TakesEffect {
  private readonly registered: Registered<LearnerFile> = {
    entity: LearnerFile,
    timeless: ['state', 'learnerId', 'kind'],
    subjectOf: ({ learnerId }) => learnerId,
  };

  constructor(
    private readonly dataSource: DataSource,
    private readonly rows: ReachedReads,
    private readonly trail: AccessTrail,
    private readonly registers: Registers,
    private readonly learners: LearnersService,
    private readonly keys: PersonKeys,
  ) {
    registers.join(this);
  }

  async get<Dto>({ learnerId, kind, reading }: FileOf, times: AsOfQuery): Promise<Dto & AboutEntryDto> {
    mustStatePurpose(reading);
    const reach = reading.institutions;
    const asOf = bothTimesOf(times, this.registers.clock.today());
    const wanted = { learnerId, kind, reach, asOf, protectedToo: maySeeProtected(reading.by) };
    const question = fileOf(this.dataSource, wanted, this.trail.valuesOfOne(reading));
    type Row = LearnerFile & { asOfPeriod?: PeriodRow | null };
    const [row] = await this.rows.rows<Row | { id: null }>(reach, ...question);
    if (!row) throw await this.learners.elsewhere(learnerId, reading);
    if (row.id === null) throw missing('entry');
    const file = entryOf<LearnerFile>(row);
    return toFileDto(file, (await this.keys.of([file.learnerId])).get(file.learnerId));
  }

  /** What was and is believed, newest knowledge first. */
  async history(of: FileOf): Promise<HistoryDto> {
    const { id } = await this.get<object>(of, {});
    const key = (await this.keys.of([of.learnerId])).get(of.learnerId.toLowerCase());
    const periods = await this.dataSource.transaction(async (tx) => {
      await setReach(tx, of.reading.institutions);
      const stored = await this.registers.periods.history(id, tx);
      if (stored.length > 0) return stored;
      return [this.registers.periods.firstPeriod(this.registered, await tx.findOneByOrFail(LearnerFile, { id }))];
    });
    return toHistoryDto(
      periods.map((period) => ({ ...period, facts: contentOf(id, period.facts['content'] as string, key) as never })),
    );
  }

  /** States a file anew, as a whole; unchanged facts make no new version. It is a change of the learner, announced as one: an event says nothing of the file. */
  async put<Dto>(
    { learnerId, kind, reading }: FileOf,
    stated: StatedTerms,
    readVersion: number | undefined,
  ): Promise<Dto & AboutEntryDto> {
    return this.dataSource.transaction(async (tx) => {
      const learner = await this.learners.lock(tx, learnerId, reading);
      const key = (await this.keys.hold(tx, [learner.id])).get(learner.id);
      const current = (await tx.findOneBy(LearnerFile, { learnerId: learner.id, kind })) ?? undefined;
      mustExistFor(current, readVersion);
      const file = await this.state(tx, { learnerId: learner.id, kind, current, key }, stated, reading.by.clientId);
      if (file !== current) await this.learners.storeNext(tx, [learner]);
      return toFileDto(file, key);
    });
  }

  /** The file of a learner who is held as it is now stated; the same object if that was known. */
  async state(
    tx: EntityManager,
    { learnerId, kind, current, key }: StatedFile,
    { validFrom, legalBasis, reason, ...facts }: StatedTerms,
    provider: string,
  ): Promise<LearnerFile> {
    const { clock, ids, periods } = this.registers;
    if (!key) throw keyMissing();
    const id = current?.id ?? ids.next();
    const content = sealJson(facts, key, places.file(id));
    if (current) {
      const change = { entry: current, facts: { content }, terms: { validFrom, legalBasis, reason, provider } };
      const [file = current] = await periods.change(tx, this.registered, [change]);
      return file;
    }
    const about = { validFrom: validFrom ?? clock.today(), validTo: null, recordedAt: clock.now(), provider };
    const terms = { legalBasis: legalBasis ?? null, reason: reason ?? null };
    const file: LearnerFile = {
      id,
      version: 1,
      state: 'KEPT',
      learnerId,
      kind,
      ...about,
      ...terms,
      content,
    };
    await insertRows(tx, LearnerFile, [file]);
    return file;
  }

  async takeEffect(): Promise<boolean> {
    return this.dataSource.transaction(async (tx) => {
      await setReach(tx, null);
      const effects = await this.registers.periods.takeEffect(tx, this.registered);
      const ids = [...new Set(effects.map(({ after }) => after.learnerId))];
      await this.learners.storeNext(tx, await holdLearners(tx, ids));
      return effects.length > 0;
    });
  }
}

/** What a file says, opened by the learner's key. */
function contentOf(id: string, content: string | object, key: Buffer | undefined): object {
  if (typeof content !== 'string') return content;
  if (!key) throw keyMissing();
  return openJson(content, key, places.file(id));
}

export function toFileDto<Dto>(file: LearnerFile, key: Buffer | undefined): Dto & AboutEntryDto {
  const { id, version, validFrom, validTo, recordedAt, provider, legalBasis, reason } = file;
  const about = { id, version, validFrom, validTo, recordedAt: recordedAt.toISOString(), provider, legalBasis, reason };
  return withoutNulls({ ...about, ...contentOf(id, file.content, key) }) as unknown as Dto & AboutEntryDto;
}
