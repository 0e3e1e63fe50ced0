import type { MigrationInterface, QueryRunner } from 'typeorm';

const references = ['stage', 'run', 'application', 'offering'].map((name) => `invitation_${name}_fk`);

/**
 * An invitation is made of the rows that it refers to, by the statement that reads them, and no role of the service deletes
 * any of these. To look each of them up once more, and to lock it, took half the time of a country's publication. The
 * references stay declared: `ALTER CONSTRAINT … ENFORCED` proves that all of them hold.
 */
export class InviteWithoutLookUps1760000010700 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const name of references) await runner.query(`ALTER TABLE invitation ALTER CONSTRAINT ${name} NOT ENFORCED`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of references) await runner.query(`ALTER TABLE invitation ALTER CONSTRAINT ${name} ENFORCED`);
  }
}
