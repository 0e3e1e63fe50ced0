import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Reading } from '@meistras/platform/access-log/reading';
import { ReachedReads } from '@meistras/platform/database/reach';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { PoliciesService } from '../policies/policies.service.js';
import { toLearnerEntryDto } from './learner-entries.dto.js';
import type { LearnerEntriesQuery, LearnerEntryDto, LearnerEntryRow } from './learner-entries.dto.js';
import { belongsToSql } from './school-year.rules.js';
import type { SchoolYear } from './school-year.rules.js';

/** Entries of learners by school year: ids, codes and days, nobody's data. */
@Injectable()
export class LearnerEntriesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly rows: ReachedReads,
    private readonly policies: PoliciesService,
  ) {}

  async list(query: LearnerEntriesQuery, { institutions }: Reading): Promise<Page<LearnerEntryDto>> {
    const { schoolYear, institutionId, state, limit } = query;
    const { firstDay, nextFirstDay } = await this.yearOf(schoolYear);
    const at = institutionId === undefined ? institutions : [institutionId];
    const values = [afterId(query), limit, firstDay, nextFirstDay, state ?? null, ...(at ? [at] : [])];
    const statement = at ? { name: 'entries-of-year-at', text: pageText('e.institution_id = ANY($6::uuid[])') } : all;
    const rows = await this.rows.rows<LearnerEntryRow>(institutions, statement, values);
    return toPage(rows, limit, toLearnerEntryDto, ({ enrolmentId }) => [enrolmentId]);
  }

  /** All entries of a person, by the ids that the person has or had. */
  async ofLearners(tx: EntityManager, learnerIds: string[]): Promise<LearnerEntryDto[]> {
    const rows: LearnerEntryRow[] = await tx.query(
      `${entryText} WHERE e.learner_id = ANY($1::uuid[]) ORDER BY e.valid_from, e.enrolment_id`,
      [learnerIds],
    );
    return rows.map(toLearnerEntryDto);
  }

  private async yearOf(year: number): Promise<SchoolYear> {
    const startOf = (each: number): Promise<string> => this.policies.schoolYearStartOf(this.dataSource.manager, each);
    return { firstDay: await startOf(year), nextFirstDay: await startOf(year + 1) };
  }
}

const entryText = `
  SELECT e.enrolment_id AS "enrolmentId", e.learner_id AS "learnerId", e.institution_id AS "institutionId",
    n.programme_code AS "programmeCode", e.valid_from::text AS "validFrom", e.valid_to::text AS "validTo", e.state
  FROM learner_entry e LEFT JOIN enrolment n USING (enrolment_id)`;

const pageText = (condition: string): string => `${entryText}
  WHERE e.enrolment_id > $1::uuid AND ${belongsToSql('e', { firstDay: '$3::date', nextFirstDay: '$4::date' })}
    AND ($5::text IS NULL OR e.state = $5) AND ${condition}
  ORDER BY e.enrolment_id LIMIT $2::int + 1`;

const all = { name: 'entries-of-year', text: pageText('true') };
