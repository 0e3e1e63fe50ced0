import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Actor } from '@meistras/platform/auth/actor';
import { selectList, updateRows } from '@meistras/platform/database/rows';
import { invalid, missing } from '@meistras/platform/errors/domain-error';
import type { Fault } from '@meistras/platform/errors/domain-error';
import { mustBeCurrent } from '@meistras/platform/http/etag';
import { decodeCursor, toPage, uuidShape } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock } from '@meistras/platform/time/clock';
import { assertTakesApplications } from '../stages/stage.rules.js';
import { StagesService } from '../stages/stages.service.js';
import { Suitability } from './suitability.entity.js';
import { reasonMissing, sameDecision } from './suitability.rules.js';
import { toSuitabilityDto } from './suitability.dto.js';
import type {
  DecideSuitabilityDto,
  SuitabilityDecisionDto,
  SuitabilityDecisionsDto,
  SuitabilityDecisionsResultDto,
  SuitabilityDto,
  SuitabilityKeyParams,
  SuitabilityQuery,
} from './suitability.dto.js';

export type { SuitabilityState } from './suitability.rules.js';

/** A finding still stands on the list: the applicant has not dropped the offering, nor the application. */
const stillListed = `EXISTS (SELECT 1 FROM preference p JOIN application a ON a.id = p.application_id
  WHERE p.application_id = s.application_id AND p.offering_id = s.offering_id AND a.state = 'SUBMITTED')`;

@Injectable()
export class SuitabilityService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly stages: StagesService,
    private readonly clock: Clock,
  ) {}

  async list(query: SuitabilityQuery, by: Actor): Promise<Page<SuitabilityDto>> {
    const zero = '00000000-0000-0000-0000-000000000000';
    const [application, offering] =
      query.after === undefined ? [zero, zero] : decodeCursor(query.after, [uuidShape, uuidShape]);
    const rows: Suitability[] = await this.dataSource.query(
      `SELECT ${selectList(this.dataSource, Suitability, 's')} FROM suitability s
       WHERE (s.application_id, s.offering_id) > ($1::uuid, $2::uuid)
         AND ($3::uuid[] IS NULL OR s.institution_id = ANY($3)) AND ($4::uuid IS NULL OR s.institution_id = $4)
         AND ($5::uuid IS NULL OR s.stage_id = $5) AND ($6::text IS NULL OR s.state = $6) AND ${stillListed}
       ORDER BY s.application_id, s.offering_id LIMIT $7`,
      [
        application,
        offering,
        by.institutionFilter,
        query.institutionId ?? null,
        query.stageId ?? null,
        query.state ?? null,
        query.limit + 1,
      ],
    );
    return toPage(rows, query.limit, toSuitabilityDto, (row) => [row.applicationId, row.offeringId]);
  }

  async decide(
    key: SuitabilityKeyParams,
    dto: DecideSuitabilityDto,
    by: Actor,
    readVersion: number | undefined,
  ): Promise<SuitabilityDto> {
    return this.dataSource.transaction(async (tx) => {
      const found = (await this.held(tx, [key])).get(keyOf(key));
      if (!found) throw missing('suitability');
      by.mustActFor(found.institutionId, 'suitability');
      if (readVersion !== undefined) mustBeCurrent(found, readVersion);
      const { rows } = await this.store(tx, [{ ...key, ...dto }], found.institutionId, by);
      return toSuitabilityDto(rows[0] ?? found);
    });
  }

  /** Many at once, all or nothing; the same list again changes nothing. */
  async decideAll(dto: SuitabilityDecisionsDto, by: Actor): Promise<SuitabilityDecisionsResultDto> {
    return this.dataSource.transaction(async (tx) => {
      const { decided } = await this.store(tx, dto.decisions, dto.institutionId.toLowerCase(), by);
      return { decided, unchanged: dto.decisions.length - decided };
    });
  }

  /** Every listed offering waits for its finding; a finding made before the applicant came back to it still stands. */
  async openFor(tx: EntityManager, application: { id: string; stageId: string }): Promise<void> {
    await tx.query(
      `INSERT INTO suitability (application_id, offering_id, version, stage_id, institution_id, state)
       SELECT DISTINCT p.application_id, p.offering_id, 1, $2::uuid, p.institution_id, 'PENDING'
       FROM preference p WHERE p.application_id = $1
       ON CONFLICT (application_id, offering_id) DO NOTHING`,
      [application.id, application.stageId],
    );
  }

  private async store(
    tx: EntityManager,
    decisions: SuitabilityDecisionDto[],
    institutionId: string,
    by: Actor,
  ): Promise<{ decided: number; rows: Suitability[] }> {
    const stored = await this.held(tx, decisions);
    const faults: Fault[] = [];
    const rows: Suitability[] = [];
    const changed: Suitability[] = [];
    const now = this.clock.now();
    decisions.forEach((decision, i) => {
      const row = stored.get(keyOf(decision));
      const fault = (code: string, message: string) => faults.push({ pointer: `/decisions/${i}`, code, message });
      if (row?.institutionId !== institutionId) return fault('NOT_FOUND', 'The institution has no such finding.');
      if (reasonMissing(decision)) return fault('REASON_MISSING', 'UNSUITABLE needs a reason.');
      const { state, reason = null } = decision;
      if (sameDecision(row, { state, reason })) return rows.push(row);
      const next = { ...row, state, reason, version: row.version + 1, decidedAt: now, decidedBy: by.clientId };
      changed.push(next);
      return rows.push(next);
    });
    if (faults.length > 0) throw invalid('invalid-decisions', 'Some decisions have faults.', faults);
    if (changed.length > 0) {
      for (const stageId of new Set(changed.map((row) => row.stageId)))
        assertTakesApplications(await this.stages.lock(tx, stageId, 'read'), now);
      await updateRows(tx, Suitability, changed);
    }
    return { decided: changed.length, rows };
  }

  private async held(tx: EntityManager, keys: SuitabilityKeyParams[]): Promise<Map<string, Suitability>> {
    const rows: Suitability[] = await tx.query(
      `SELECT ${selectList(tx, Suitability, 's')} FROM suitability s
         JOIN unnest($1::uuid[], $2::uuid[]) AS w (application_id, offering_id)
           ON s.application_id = w.application_id AND s.offering_id = w.offering_id
       WHERE ${stillListed}
       ORDER BY s.application_id, s.offering_id FOR UPDATE OF s`,
      [keys.map((key) => key.applicationId), keys.map((key) => key.offeringId)],
    );
    return new Map(rows.map((row) => [keyOf(row), row]));
  }
}

const keyOf = (key: SuitabilityKeyParams): string => `${key.applicationId}|${key.offeringId}`.toLowerCase();
