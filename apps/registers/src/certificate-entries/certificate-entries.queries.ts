import type { DataSource, EntityManager } from 'typeorm';
import { trailOfOne } from '@meistras/platform/access-log/access-trail';
import type { Statement } from '@meistras/platform/database/prepared';
import { selectList } from '@meistras/platform/database/rows';
import type { PersonExport } from '../personal-data/person-exports.service.js';
import { exportStatements, ofInstitutions } from '../register/exported.js';
import { CertificateEntry } from './certificate-entry.entity.js';
import { exportedSupplement } from './certificate-supplements.export.js';

/** Entries after an id, and one more than the limit. `trail` are the values of the records that the read leaves. */
export interface CertificatePage {
  id?: string;
  learnerId?: string | undefined;
  institutionId?: string | undefined;
  registrationNumber?: string | undefined;
  state?: string | undefined;
  after: string;
  limit: number;
  /** Of these institutions alone; null for all. */
  reach: string[] | null;
  trail: unknown[];
}

/** Entries together with a record for every holder shown (T8). */
export function entriesOf(
  source: DataSource,
  { after, limit, reach, trail, ...wanted }: CertificatePage,
): [Statement, unknown[]] {
  const values: unknown[] = [after, limit];
  const conditions = ['c.id > $1'];
  const columns = {
    id: 'c.id',
    learnerId: 'c.learner_id',
    institutionId: 'c.institution_id',
    registrationNumber: 'c.registration_number',
    state: 'c.state',
  };
  const said = Object.entries(wanted).filter(([, value]) => value !== undefined);
  for (const [name, value] of said) conditions.push(`${columns[name as keyof typeof wanted]} = $${values.push(value)}`);
  if (reach !== null) conditions.push(`c.institution_id = ANY($${values.push(reach)}::uuid[])`);
  const holders = '(SELECT DISTINCT "learnerId" AS id FROM (SELECT * FROM found ORDER BY id LIMIT $2::int) p)';
  const text = `
    WITH found AS (
      SELECT ${selectList(source, CertificateEntry, 'c')}, ${supplement} AS supplement FROM certificate_entry c
      WHERE ${conditions.join(' AND ')} ORDER BY c.id LIMIT $2::int + 1
    ), trail AS (${trailOfOne(holders, values.length + 1)})
    SELECT * FROM found ORDER BY id`;
  const name = ['certificates', ...said.map(([each]) => each), ...(reach === null ? [] : ['within'])].join('-');
  return [{ name, text }, [...values, ...trail]];
}

/** The supplement of an entry as it lies, in SQL on `c`. */
const supplement = `(SELECT jsonb_build_object('id', s.id, 'learnerId', s.learner_id, 'content', s.content)
  FROM certificate_supplement s WHERE s.certificate_entry_id = c.id)`;

/** All entries of a reach; null for all. */
export function exportedEntries(source: DataSource, reach: string[] | null): PersonExport {
  const { where, filter } = ofInstitutions(reach);
  const also = [exportedSupplement];
  return {
    register: 'certificate_entry',
    rows: exportStatements(source, CertificateEntry, { conditions: [], where, also }, undefined),
    shown: `SELECT e.learner_id FROM certificate_entry e ${filter}`,
    excepted: 'SELECT NULL::uuid WHERE false',
  };
}

/** An entry that a row of an import is about. */
export interface EnteredAlready {
  id: string;
  version: number;
  learnerId: string;
  /** Learning-records issued it. */
  isFollowed: boolean;
}

export async function enteredAlready(
  tx: EntityManager,
  row: Pick<CertificateEntry, 'institutionId' | 'registrationNumber' | 'issuedOn'>,
): Promise<EnteredAlready | undefined> {
  const [found]: EnteredAlready[] = await tx.query(
    `SELECT id, version, learner_id AS "learnerId", enrolment_id IS NOT NULL AS "isFollowed" FROM certificate_entry
     WHERE registration_number = $1 AND institution_id = $2 AND issued_on = $3 ORDER BY enrolment_id NULLS LAST LIMIT 1`,
    [row.registrationNumber, row.institutionId, row.issuedOn],
  );
  return found;
}

/** The programmes of rows by their codes, in order; null where the register has none. */
export async function programmesOf(tx: EntityManager, rows: { programmeCode: string }[]): Promise<(string | null)[]> {
  const found: { id: string | null }[] = await tx.query(
    `SELECT (SELECT p.id FROM programme p WHERE p.code_scheme = 'SMPKR' AND p.code = r.code) AS id
     FROM unnest($1::text[]) WITH ORDINALITY AS r (code, at) ORDER BY r.at`,
    [rows.map(({ programmeCode }) => programmeCode)],
  );
  return found.map(({ id }) => id);
}
