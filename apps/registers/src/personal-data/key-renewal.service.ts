import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { setReach } from '@meistras/platform/database/reach';
import { updateRows } from '@meistras/platform/database/rows';
import { ServiceLoop } from '@meistras/platform/loop/service-loop';
import { PersonalCodes } from '../learners/personal-codes.js';
import { RegistersConfig } from '../registers.config.js';
import { PersonKey } from './person-key.entity.js';
import { PersonKeys } from './person-keys.service.js';
import { sealAnew } from './sealed-before.js';
import { ServiceKeys } from './service-keys.js';

const pollMs = 3_600_000;
/** Persons of one transaction. */
const atOnce = 500;

/**
 * Wraps the keys of persons by the current service key where another one did, and seals by a person's key what is from
 * before there was one. Both a few hundred persons at a time, and nothing once all is done.
 */
@Injectable()
export class KeyRenewalService extends ServiceLoop {
  /** Keys up to this person's were looked at in this round. */
  private lookedAt = noId;
  private renewing = false;
  private readonly log = new Logger('KeyRenewal');

  constructor(
    config: RegistersConfig,
    private readonly dataSource: DataSource,
    private readonly keys: PersonKeys,
    private readonly codes: PersonalCodes,
    private readonly serviceKeys: ServiceKeys,
  ) {
    super({ name: 'key-renewal', url: config.DATABASE_URL, pollMs });
  }

  /** Answers of how many persons something was renewed; 0 when nothing is left. */
  async turn(): Promise<number> {
    const renewed = (await this.sealSome()) + (await this.wrapSome());
    if (renewed === 0 && this.renewing)
      this.log.log(
        'All is sealed by keys of persons, and these by the current service key: nobody needs the one before.',
      );
    this.renewing = renewed > 0;
    return renewed;
  }

  private async sealSome(): Promise<number> {
    return this.dataSource.transaction(async (tx) => {
      await setReach(tx, null);
      const due: { id: string }[] = await tx.query(
        `SELECT person_id AS id FROM sealed_before b
         WHERE NOT keyed OR EXISTS (SELECT FROM person_key k WHERE k.person_id = b.person_id)
         ORDER BY person_id LIMIT ${atOnce}`,
      );
      const ids = due.map(({ id }) => id);
      if (ids.length === 0) return 0;
      // Whoever changes a person holds the row, then asks for the key: in the same order nobody waits for the other.
      for (const table of ['learner', 'staff_member'])
        await tx.query(`SELECT FROM ${table} WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`, [ids]);
      await sealAnew(tx, this.codes, await this.keys.hold(tx, ids));
      await tx.query('DELETE FROM sealed_before WHERE person_id = ANY($1::uuid[])', [ids]);
      return ids.length;
    });
  }

  private async wrapSome(): Promise<number> {
    return this.dataSource.transaction(async (tx) => {
      const { current } = this.serviceKeys;
      const rows = await tx
        .createQueryBuilder(PersonKey, 'k')
        .where('k.person_id > :after AND k.wrapped_by <> :current', { after: this.lookedAt, current: current.id })
        .orderBy('k.person_id')
        .take(atOnce)
        .setLock('pessimistic_write')
        .getMany();
      this.lookedAt = rows.at(-1)?.personId ?? noId;
      const wrapped = rows.map((row) => current.wrap(this.serviceKeys.unwrap(row)));
      await updateRows(
        tx,
        PersonKey,
        rows.map((row, at) => ({ ...row, wrapped: wrapped[at]!, wrappedBy: current.id })),
      );
      return rows.length;
    });
  }
}

const noId = '00000000-0000-0000-0000-000000000000';
