import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { EnrolmentPlannedV1 } from '@meistras/contracts/events/learning-records/enrolment';
import type { Actor } from '@meistras/platform/auth/actor';
import type { Delivery } from '@meistras/platform/inbox/consumes';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { dayIn } from '@meistras/platform/time/clock';
import { PoliciesService } from '../policies/policies.service.js';
import { Enrolment } from './enrolment.entity.js';
import { LateEntry } from './late-entry.entity.js';
import { dueOn, enteredBy } from './late-entry.rules.js';
import { toLateEntryDto } from './late-entries.dto.js';
import type { LateEntriesQuery, LateEntryDto } from './late-entries.dto.js';

/** What the registers know of enrolments beyond whose record they open (learners/learner-entry). */
@Injectable()
export class EnrolmentsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly policies: PoliciesService,
  ) {}

  /** Learners who study, or will, under the code of a programme. */
  countUnder(tx: EntityManager, programmeId: string): Promise<number> {
    return tx
      .createQueryBuilder(Enrolment, 'e')
      .where(`e.programme_id = :programmeId AND e.state IN ('PLANNED', 'ACTIVE')`, { programmeId })
      .getCount();
  }

  /** The code of admission, once learning-records has announced the enrolment. */
  async admissionCodeOf(tx: EntityManager, enrolmentId: string): Promise<string | undefined> {
    const found = await tx.findOneBy(Enrolment, { enrolmentId });
    return found?.programmeCode;
  }

  /**
   * Whether two learners study, or will, for one programme: a registrar must look before they are held to be one person
   * (registers.md, section 8). Needs the reach of the whole country.
   */
  async studyAlike(tx: EntityManager, oneId: string, otherId: string): Promise<boolean> {
    const of = (id: string): string => `SELECT e.programme_id FROM enrolment e JOIN learner_entry l USING (enrolment_id)
      WHERE l.learner_id = ${id} AND e.state IN ('PLANNED', 'ACTIVE')`;
    const rows: unknown[] = await tx.query(`${of('$1')} INTERSECT ${of('$2')}`, [oneId, otherId]);
    return rows.length > 0;
  }

  /** R-REG-22: accepted however late, and listed then. */
  async listIfLate(event: EnrolmentPlannedV1, { tx, keep, eventId, occurredAt }: Delivery): Promise<void> {
    const entered = enteredBy(event);
    const enteredOn = dayIn(occurredAt, 'Europe/Vilnius');
    if (!entered || enteredOn <= entered.factOn) return;
    const due = dueOn(entered.factOn, await this.policies.entryDeadlineOn(tx, entered.factOn));
    if (enteredOn <= due) return;
    const { enrolmentId, institutionId } = event;
    keep(LateEntry, { id: eventId, enrolmentId, institutionId, ...entered, dueOn: due, enteredOn });
  }

  async listLate(query: LateEntriesQuery, by: Actor): Promise<Page<LateEntryDto>> {
    const reach = query.institutionId === undefined ? by.institutionFilter : [query.institutionId];
    const select = this.dataSource.manager
      .createQueryBuilder(LateEntry, 'l')
      .where('l.id > :after', { after: afterId(query) })
      .orderBy('l.id')
      .limit(query.limit + 1);
    if (reach) select.andWhere('l.institution_id::text = ANY(:reach)', { reach });
    return toPage(await select.getMany(), query.limit, toLateEntryDto, ({ id }) => [id]);
  }
}
