import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { Clock } from '@meistras/platform/time/clock';
import { PoliciesService } from '../policies/policies.service.js';
import type { Traces } from './erases.js';

const dayMs = 86_400_000;
/** Answers that are forgotten in one transaction. */
const atOnce = 10_000;

/**
 * What names persons only because somebody once sent it: answers kept for repeated requests, and refused rows of imports.
 * They are forgotten after `reg.retention.answers`, and those of a person at once when the person is erased. Keys and
 * faults stay: a repeated request has no second effect, and a report still says what was wrong.
 */
@Injectable()
export class ForgettingService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly policies: PoliciesService,
    private readonly clock: Clock,
  ) {}

  /** Forgets what is due; answers how much it was, 0 when nothing is left. */
  async forget(): Promise<number> {
    return this.dataSource.transaction(async (tx) => {
      const days = await this.policies.answerRetentionOn(tx, this.clock.today());
      const until = new Date(this.clock.now().getTime() - days * dayMs);
      const [, answers]: [unknown, number] = await tx.query(
        `UPDATE idempotency_key SET body = NULL WHERE (client_id, key) IN (
           SELECT client_id, key FROM idempotency_key WHERE created_at < $1 AND body IS NOT NULL LIMIT ${atOnce})`,
        [until],
      );
      const [, rows]: [unknown, number] = await tx.query(
        `UPDATE import_row SET row = NULL WHERE row IS NOT NULL
           AND job_id IN (SELECT id FROM import_job WHERE finished_at < $1)`,
        [until],
      );
      return answers + rows;
    });
  }

  /** Forgets what names persons, by id or by a name that they have or had. */
  async forgetPersons(tx: EntityManager, { ids, names }: Traces): Promise<void> {
    await tx.query(`UPDATE idempotency_key SET body = NULL WHERE body->>'id' = ANY($1::text[])`, [ids]);
    await tx.query(
      `UPDATE import_row SET row = NULL WHERE (lower(row->>'givenName'), lower(row->>'familyName')) IN (
         SELECT lower(given), lower(family) FROM unnest($1::text[], $2::text[]) AS n (given, family))`,
      [names.map(({ givenName }) => givenName), names.map(({ familyName }) => familyName)],
    );
  }
}
