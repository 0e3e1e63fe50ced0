import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createAccessRecord } from '@meistras/platform/access-log/access-record.table';
import { allow } from '@meistras/platform/database/migrate';

export class CreateAccessLog1760000009000 implements MigrationInterface {
  private readonly parameters = [
    {
      code: 'reg.access.alarm.learners',
      value: { SCHOOL: 2000, NATIONAL: null },
      unit: 'learners',
      basis: 'T8: mass look-ups; the number is an assumption, no act says one',
    },
    {
      code: 'reg.access.alarm.window',
      value: 10,
      unit: 'minutes',
      basis: 'T8: mass look-ups; the number is an assumption, no act says one',
    },
  ];

  async up(runner: QueryRunner): Promise<void> {
    await createAccessRecord(runner);
    await runner.query(`
      CREATE TABLE access_alarm (
        id uuid NOT NULL,
        client_id text NOT NULL,
        learners integer NOT NULL,
        most_learners integer NOT NULL,
        window_minutes integer NOT NULL,
        first_at timestamptz NOT NULL,
        last_at timestamptz NOT NULL,
        raised_at timestamptz NOT NULL,
        CONSTRAINT access_alarm_pk PRIMARY KEY (id)
      )`);
    await runner.query('CREATE INDEX access_alarm_of_client ON access_alarm (client_id, first_at)');
    await allow(runner, 'access_alarm', 'SELECT, INSERT');
    await runner.query(`
      CREATE TABLE access_watch (
        singleton boolean NOT NULL DEFAULT true,
        looked_until timestamptz NOT NULL,
        CONSTRAINT access_watch_pk PRIMARY KEY (singleton)
      )`);
    await runner.query('INSERT INTO access_watch (looked_until) VALUES (now())');
    await allow(runner, 'access_watch', 'SELECT, UPDATE');
    await this.createParameters(runner);
  }

  private async createParameters(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE policy_parameter (
        code text NOT NULL,
        valid_from date NOT NULL,
        valid_to date,
        value jsonb NOT NULL,
        unit text,
        legal_basis text NOT NULL,
        CONSTRAINT policy_parameter_pk PRIMARY KEY (code, valid_from)
      )`);
    await allow(runner, 'policy_parameter', 'SELECT');
    for (const { code, value, unit, basis } of this.parameters) {
      await runner.query(
        `INSERT INTO policy_parameter (code, valid_from, value, unit, legal_basis) VALUES ($1, '2000-01-01', $2, $3, $4)`,
        [code, JSON.stringify(value), unit, basis],
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE policy_parameter, access_watch, access_alarm, access_record');
  }
}
