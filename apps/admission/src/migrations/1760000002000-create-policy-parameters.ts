import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

interface Parameter {
  code: string;
  value: unknown;
  unit?: string;
  from?: string;
  to?: string;
  basis: string;
}

export class CreatePolicyParameters1760000002000 implements MigrationInterface {
  /** The values in force, by rule of admission.md; where a rule was dated, every period that is known. */
  private readonly parameters: Parameter[] = [
    {
      code: 'adm.limit',
      value: { WINTER: 2, SUMMER: 5, ADDITIONAL: 3, FREE_PLACES: 2 },
      unit: 'preferences',
      from: '2017-01-01',
      to: '2018-01-01',
      basis: 'R-ADM-13: admission of 2017',
    },
    {
      code: 'adm.limit',
      value: { WINTER: 2, SUMMER: 3, ADDITIONAL: 2, FREE_PLACES: 2 },
      unit: 'preferences',
      from: '2018-01-01',
      basis: 'R-ADM-13: admission of 2018 and later',
    },
    { code: 'adm.age.minimum', value: 14, unit: 'years', basis: 'R-ADM-01: requirements for applicants' },
    { code: 'adm.age.on', value: 'FIRST_TEACHING_DAY', basis: 'R-ADM-01: reference day' },
    { code: 'adm.score.secondaryWeight', value: 0, unit: 'per cent', basis: 'R-ADM-23: not published, none assumed' },
    { code: 'adm.vf.ruleset', value: 'MINISTRY_FAQ', basis: 'R-ADM-09: answer of the ministry' },
    {
      code: 'adm.pool.key',
      value: { digits: 2 },
      unit: 'digits of ISCED-F',
      basis: 'R-ADM-27: order on places by field',
    },
    { code: 'adm.explain.minHolders', value: 5, unit: 'holders', basis: 'Section 5.3: no person recognisable' },
    { code: 'adm.oneLiveAgreement', value: true, basis: 'R-ADM-35' },
    { code: 'adm.agreement.creditsPerYear', value: 60, unit: 'credits', basis: 'Planned end: 60 credits a year' },
  ];

  async up(runner: QueryRunner): Promise<void> {
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
    for (const { code, value, unit, from, to, basis } of this.parameters) {
      await runner.query(
        `INSERT INTO policy_parameter (code, valid_from, valid_to, value, unit, legal_basis)
         VALUES ($1, $2, $3, $4, $5, $6)`,
        [code, from ?? '2000-01-01', to ?? null, JSON.stringify(value), unit ?? null, basis],
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE policy_parameter');
  }
}
