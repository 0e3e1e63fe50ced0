import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Batcher } from '@meistras/platform/database/batcher';
import { Prepared } from '@meistras/platform/database/prepared';
import { selectList } from '@meistras/platform/database/rows';
import { Application } from './application.entity.js';
import type { SeenApplication } from './application.view.js';
import { readLists } from './applications.queries.js';
import type { PreferenceRow } from './applications.queries.js';

/** Applications as they are read one by one; what arrives together is read together (ADR 9). */
@Injectable()
export class ApplicationReads {
  private readonly seen: Batcher<string, SeenApplication | undefined>;
  private readonly ofPersons: Batcher<string, SeenApplication[]>;
  private readonly lists: Batcher<string, PreferenceRow[]>;

  constructor(dataSource: DataSource, prepared: Prepared) {
    const select = `SELECT ${selectList(dataSource, Application, 'a')}, l.institution_id AS "registeredBy"
      FROM application a LEFT JOIN known_learner l ON l.learner_id = a.learner_id`;
    const byId = { name: 'applications-by-id', text: `${select} WHERE a.id = ANY($1::uuid[])` };
    const byLearner = { name: 'applications-of', text: `${select} WHERE a.learner_id = ANY($1::uuid[]) ORDER BY a.id` };
    this.seen = new Batcher(async (ids) => {
      const rows = await prepared.rows<SeenApplication>(byId, [ids]);
      const found = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => found.get(id));
    });
    this.ofPersons = new Batcher(async (learners) => {
      const rows = await prepared.rows<SeenApplication>(byLearner, [learners]);
      return learners.map((learnerId) => rows.filter((row) => row.learnerId === learnerId));
    });
    this.lists = new Batcher(async (ids) => {
      const lists = new Map(ids.map((id): [string, PreferenceRow[]] => [id, []]));
      for (const row of await prepared.rows<PreferenceRow>(readLists, [ids])) lists.get(row.applicationId)?.push(row);
      return ids.map((id) => lists.get(id) ?? []);
    });
  }

  /** The application with the institution that registered the learner. */
  byId(id: string): Promise<SeenApplication | undefined> {
    return this.seen.run(id.toLowerCase());
  }

  /** All of a person, in the order in which they were made. */
  ofPerson(learnerId: string): Promise<SeenApplication[]> {
    return this.ofPersons.run(learnerId.toLowerCase());
  }

  /** Its list in order, with what became of every preference. */
  listOf(applicationId: string): Promise<PreferenceRow[]> {
    return this.lists.run(applicationId.toLowerCase());
  }
}
