import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Diplomas from paper and older registers have no enrolment here, and may be of a programme that never was. */
export class EnterPaperCertificates1760001951000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE certificate_entry ALTER enrolment_id DROP NOT NULL, ALTER programme_id DROP NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE certificate_entry ALTER enrolment_id SET NOT NULL, ALTER programme_id SET NOT NULL',
    );
  }
}
