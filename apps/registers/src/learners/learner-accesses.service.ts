import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AccessRecord } from '@meistras/platform/access-log/access-record.entity';
import { AccessTrail } from '@meistras/platform/access-log/access-trail';
import type { Reading } from '@meistras/platform/access-log/reading';
import { Prepared } from '@meistras/platform/database/prepared';
import { ReachedReads } from '@meistras/platform/database/reach';
import { missing } from '@meistras/platform/errors/domain-error';
import { beforeId, toPage } from '@meistras/platform/paging/paging';
import type { Page, PageQuery } from '@meistras/platform/paging/paging';
import { toLearnerAccessDto, toMyAccessDto } from './learner-accesses.dto.js';
import type { LearnerAccessDto, MyAccessDto } from './learner-accesses.dto.js';
import { maySeeProtected } from './learner-reach.js';
import { LearnerQueries } from './learners.queries.js';

type ToDto<T> = (record: AccessRecord, names: ReadonlyMap<string, string>) => T;

/** Who looked at a learner's data. Looking at that is a look like any other. */
@Injectable()
export class LearnerAccessesService {
  private readonly queries: LearnerQueries;

  constructor(
    dataSource: DataSource,
    private readonly prepared: Prepared,
    private readonly rows: ReachedReads,
    private readonly trail: AccessTrail,
  ) {
    this.queries = new LearnerQueries(dataSource);
  }

  /** For the officer in charge: of the learners within reach. */
  async listOf(id: string, query: PageQuery, reading: Reading): Promise<Page<LearnerAccessDto>> {
    return this.page(query, { id, reading, reach: reading.institutions }, toLearnerAccessDto);
  }

  /** For the person whom the token names, whatever institutions its client acts for. */
  async listOfPerson(query: PageQuery, reading: Reading): Promise<Page<MyAccessDto>> {
    const id = reading.by.mustBePerson();
    const own: Reading = { ...reading, purpose: reading.purpose ?? 'PERSON_REQUEST' };
    return this.page(query, { id, reading: own, reach: null }, toMyAccessDto);
  }

  private async page<T>(
    query: PageQuery,
    { id, reading, reach }: { id: string; reading: Reading; reach: string[] | null },
    toDto: ToDto<T>,
  ): Promise<Page<T>> {
    const trail = this.trail.valuesOfOne(reading);
    const question = this.queries.accesses({
      ...{ id, before: beforeId(query), limit: query.limit + 1, reach, trail },
      // Of themselves persons may know everything.
      protectedToo: maySeeProtected(reading.by) || reading.by.subject === id,
    });
    const rows = await this.rows.rows<AccessRecord | { id: null }>(reach, ...question);
    if (rows.length === 0) throw missing('learner');
    const records = rows.filter((row): row is AccessRecord => row.id !== null);
    const names = await this.namesOf(records.flatMap(({ institutions }) => institutions ?? []));
    return toPage(
      records,
      query.limit,
      (record) => toDto(record, names),
      (record) => [record.id],
    );
  }

  private async namesOf(ids: string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const text = 'SELECT id, name FROM institution WHERE id = ANY($1::uuid[])';
    const rows = await this.prepared.rows<{ id: string; name: string }>({ name: 'institution-names', text }, [
      [...new Set(ids)],
    ]);
    return new Map(rows.map(({ id, name }) => [id, name]));
  }
}
