import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SetSchoolYear1760000016000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      INSERT INTO policy_parameter (code, valid_from, value, unit, legal_basis) VALUES
        ('reg.schoolYear.start', '2000-01-01', '"09-01"', 'month and day', 'R-REG-21; learner register (mr), school year from 1 September to 31 August'),
        ('reg.age.leapDay', '2000-01-01', '"03-01"', 'month and day', 'F-REG-5; birthday in other years of whoever was born on 29 February, an assumption')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM policy_parameter WHERE code IN ('reg.schoolYear.start', 'reg.age.leapDay')`);
  }
}
