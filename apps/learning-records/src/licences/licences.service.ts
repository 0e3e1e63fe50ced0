import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

@Injectable()
export class LicencesService {
  /** Whether the institution may run the programme on that day (R-REG-15). */
  async isLicensed(tx: EntityManager, institutionId: string, programmeId: string, on: string): Promise<boolean> {
    const found: unknown[] = await tx.query(
      `SELECT 1 FROM licence WHERE institution_id = $1 AND programme_id = $2
         AND valid_from <= $3 AND (valid_to IS NULL OR valid_to > $3) LIMIT 1`,
      [institutionId, programmeId, on],
    );
    return found.length > 0;
  }
}
