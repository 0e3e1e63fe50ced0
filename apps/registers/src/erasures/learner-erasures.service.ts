import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { LearnerErasedV1 } from '@meistras/contracts/events/registers/learner';
import { updateRows } from '@meistras/platform/database/rows';
import { conflict } from '@meistras/platform/errors/domain-error';
import type { DomainError } from '@meistras/platform/errors/domain-error';
import { announce, Outbox } from '@meistras/platform/outbox/outbox';
import { CertificateSupplementsService } from '../certificate-entries/certificate-supplements.service.js';
import { learnerRedirects } from '../match-reviews/redirects.js';
import { Learner } from '../learners/learner.entity.js';
import { learnerStateOf } from '../learners/learners.dto.js';
import type { Erases, Traces } from './erases.js';

type Names = Pick<Learner, 'givenName' | 'familyName' | 'givenNameKey' | 'familyNameKey'>;

/**
 * Learners: sex, birth year, home municipality and enrolments stay for statistics. So do entries of diplomas, since anybody
 * may ask whether one that is shown is registered (R-REG-19); marks on their supplements go.
 */
@Injectable()
export class LearnerErasures implements Erases {
  readonly table = 'learner';
  readonly redirects = learnerRedirects;
  readonly kept = `SELECT l.id, l.state, l.valid_from AS since, e.ended, e.open FROM learner l CROSS JOIN LATERAL (
    SELECT max(valid_to) AS ended, coalesce(bool_or(valid_to IS NULL), false) AS open FROM learner_entry
    WHERE learner_id = ANY (ARRAY(
      SELECT l.id UNION ALL SELECT r.learner_id FROM learner_redirect r WHERE r.survivor_id = l.id))) e`;

  constructor(
    private readonly outbox: Outbox,
    private readonly supplements: CertificateSupplementsService,
  ) {}

  inUse(): DomainError {
    return conflict('learner-studies', 'The learner is enrolled; the enrolment must end first.');
  }

  async takeOut(tx: EntityManager, ids: string[]): Promise<Traces> {
    const learners = await tx.find(Learner, { where: { id: In(ids) }, order: { id: 'ASC' } });
    const erased = learners.map(withoutPerson);
    await updateRows(tx, Learner, erased);
    const names = await forget(tx, learners);
    await this.supplements.forgetOf(tx, ids);
    await this.outbox.addAll(
      tx,
      erased.map((each) => announce(LearnerErasedV1, learnerStateOf(each))),
    );
    return { ids, names };
  }
}

function withoutPerson(learner: Learner): Learner {
  return {
    ...learner,
    ...{ state: 'ERASED', version: learner.version + 1, protectionCategory: null, reason: null },
    ...{ givenName: '', familyName: '', givenNameKey: '', familyNameKey: '' },
    ...{ birthOn: `${learner.birthOn.slice(0, 4)}-01-01`, personalCodeSealed: null, personalCodeIndex: null },
  };
}

/** Files, the past, and names that nobody else has. Answers the names that they had. */
async function forget(tx: EntityManager, learners: Learner[]): Promise<Names[]> {
  const ids = learners.map(({ id }) => id);
  await tx.query(`UPDATE correction_request SET statement = '', reason = NULL WHERE learner_id = ANY($1::uuid[])`, [
    ids,
  ]);
  await tx.query('DELETE FROM learner_file WHERE learner_id = ANY($1::uuid[])', [ids]);
  const past: Names[] = await tx.query(
    `SELECT facts->>'givenName' AS "givenName", facts->>'familyName' AS "familyName",
       facts->>'givenNameKey' AS "givenNameKey", facts->>'familyNameKey' AS "familyNameKey" FROM register_period
     WHERE subject_id = ANY($1::uuid[]) AND register = 'learner'`,
    [ids],
  );
  await tx.query(
    `UPDATE register_period SET pending = false, reason = NULL, facts = CASE register WHEN 'learner'
       THEN facts || jsonb_build_object('givenName', '', 'familyName', '', 'givenNameKey', '', 'familyNameKey', '',
         'birthOn', left(facts->>'birthOn', 4) || '-01-01')
       ELSE '{}' END
     WHERE subject_id = ANY($1::uuid[])`,
    [ids],
  );
  const all = [...learners, ...past];
  for (const [kind, column, keys] of [
    ['FAMILY', 'family_name_key', all.map(({ familyNameKey }) => familyNameKey)],
    ['GIVEN', 'given_name_key', all.map(({ givenNameKey }) => givenNameKey)],
  ])
    await tx.query(
      `DELETE FROM learner_name n WHERE n.kind = $1 AND n.name_key = ANY($2::text[])
         AND NOT EXISTS (SELECT 1 FROM learner l WHERE l.${String(column)} = n.name_key)`,
      [kind, keys],
    );
  return all;
}
