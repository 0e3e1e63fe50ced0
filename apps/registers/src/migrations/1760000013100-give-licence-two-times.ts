import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A licence becomes an entry with two times; one that was revoked has two states, one after the other (R-REG-14). */
export class GiveLicenceTwoTimes1760000013100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE licence RENAME COLUMN decision_id TO id');
    await runner.query('ALTER TABLE licence RENAME COLUMN act_number TO legal_basis');
    await runner.query(`
      ALTER TABLE licence ALTER legal_basis DROP NOT NULL,
        ADD recorded_at timestamptz NOT NULL DEFAULT now(), ADD provider text NOT NULL DEFAULT 'accreditation', ADD reason text`);
    await runner.query('ALTER TABLE licence ALTER recorded_at DROP DEFAULT, ALTER provider DROP DEFAULT');
    const today = `(now() AT TIME ZONE 'Europe/Vilnius')::date`;
    const periods = (from: string, to: string, state: string): string => `
      SELECT uuidv7(), 'licence', id, ${from}, ${to}, recorded_at, ${from} > ${today},
        jsonb_build_object('institutionId', institution_id, 'programmeId', programme_id, 'state', '${state}'), provider, legal_basis
      FROM licence WHERE state = 'REVOKED'`;
    await runner.query(`
      INSERT INTO register_period
        (id, register, entry_id, valid_from, valid_to, recorded_at, pending, facts, provider, legal_basis)
      ${periods('valid_from', 'valid_to', 'ISSUED')} AND valid_from < valid_to
      UNION ALL ${periods('valid_to', 'NULL::date', 'REVOKED')}`);
    await runner.query(`UPDATE licence SET state = 'ISSUED' WHERE state = 'GRANTED' OR valid_to > ${today}`);
    await runner.query(`UPDATE licence SET valid_from = valid_to, valid_to = NULL WHERE state = 'REVOKED'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM register_period WHERE register = 'licence'`);
    await runner.query(`UPDATE licence SET state = 'GRANTED' WHERE state <> 'REVOKED'`);
    await runner.query('ALTER TABLE licence DROP recorded_at, DROP provider, DROP reason');
    await runner.query('ALTER TABLE licence RENAME COLUMN id TO decision_id');
    await runner.query('ALTER TABLE licence RENAME COLUMN legal_basis TO act_number');
  }
}
