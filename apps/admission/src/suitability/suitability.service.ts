import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Actor } from '@meistras/platform/auth/actor';
import { selectList, updateRows } from '@meistras/platform/database/rows';
import type { Part } from '@meistras/platform/database/writes';
import { conflict, invalid, missing } from '@meistras/platform/errors/domain-error';
import type { Fault } from '@meistras/platform/errors/domain-error';
import { mustBeCurrent } from '@meistras/platform/http/etag';
import { decodeCursor, toPage, uuidShape } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock } from '@meistras/platform/time/clock';
import type { Application } from '../applications/application.entity.js';
import { hasGrades } from '../applications/application.rules.js';
import { PoliciesService } from '../policies/policies.service.js';
import { assertTakesFindings } from '../stages/stage.rules.js';
import { StagesService } from '../stages/stages.service.js';
import type { Stage } from '../stages/stages.service.js';
import { Suitability } from './suitability.entity.js';
import { reasonMissing, sameDecision, testFailed, whyNotDecided } from './suitability.rules.js';
import type { SuitabilityState } from './suitability.rules.js';
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

/** An application whose list waits for findings. */
type OpenedFor = Pick<Application, 'id' | 'stageId' | 'learnerId' | 'year' | 'grades'>;

/** A result of an entrance test, valid at every institution for the year. */
export interface TestOutcome {
  learnerId: string;
  programmeId: string;
  year: number;
  result: 'PASSED' | 'FAILED';
}

/** A finding still stands on the list: the applicant has not dropped the offering, nor the application. */
const stillListed = `EXISTS (SELECT 1 FROM preference p JOIN application a ON a.id = p.application_id
  WHERE p.application_id = s.application_id AND p.offering_id = s.offering_id AND a.state = 'SUBMITTED')`;

@Injectable()
export class SuitabilityService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly stages: StagesService,
    private readonly policies: PoliciesService,
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
      const { rows, bound } = await this.store(tx, [{ ...key, ...dto }], found.institutionId, by);
      if (bound > 0)
        throw conflict('finding-bound', 'The institution of the first preference judged already (R-ADM-18).');
      return toSuitabilityDto(rows[0] ?? found);
    });
  }

  /** Many at once, all or nothing; the same list again changes nothing. */
  async decideAll(dto: SuitabilityDecisionsDto, by: Actor): Promise<SuitabilityDecisionsResultDto> {
    return this.dataSource.transaction(async (tx) => {
      const { decided, bound } = await this.store(tx, dto.decisions, dto.institutionId.toLowerCase(), by);
      return { decided, bound, unchanged: dto.decisions.length - decided - bound };
    });
  }

  /** Grades came: what waited for documents alone waits for the institution. */
  async documentsCame(tx: EntityManager, applicationId: string): Promise<void> {
    await tx.query(
      `UPDATE suitability SET state = 'PENDING', reason = NULL, version = version + 1
       WHERE application_id = $1 AND state = 'NEEDS_DOCUMENTS'`,
      [applicationId],
    );
  }

  /** R-ADM-20: results count at every institution that runs the programme, in every stage of the year that still judges. */
  async followTests(tx: EntityManager, results: TestOutcome[]): Promise<void> {
    await tx.query(
      `SELECT 1 FROM suitability s JOIN application a ON a.id = s.application_id WHERE a.learner_id = ANY($1::uuid[])
       ORDER BY s.application_id, s.offering_id FOR UPDATE OF s`,
      [results.map(({ learnerId }) => learnerId)],
    );
    await tx.query(
      `UPDATE suitability s SET version = s.version + 1, decided_at = $5, decided_by = NULL,
         state = CASE r.result WHEN 'PASSED' THEN 'SUITABLE' ELSE 'UNSUITABLE' END,
         reason = CASE r.result WHEN 'PASSED' THEN NULL ELSE $6 END
       FROM application a, offering o, stage t, unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[])
         AS r (learner_id, programme_id, year, result)
       WHERE a.learner_id = r.learner_id AND a.year = r.year AND s.application_id = a.id AND o.id = s.offering_id
         AND o.programme_id = r.programme_id AND o.entrance_test AND t.id = s.stage_id AND t.state IN ('OPEN', 'ORDERING')
         AND t.suitability_until > $5 AND (s.state = 'NEEDS_TEST' OR s.reason IS NOT DISTINCT FROM $6)`,
      [
        results.map(({ learnerId }) => learnerId),
        results.map(({ programmeId }) => programmeId),
        results.map(({ year }) => year),
        results.map(({ result }) => result),
        this.clock.now(),
        testFailed,
      ],
    );
  }

  private async store(
    tx: EntityManager,
    decisions: SuitabilityDecisionDto[],
    institutionId: string,
    by: Actor,
  ): Promise<{ decided: number; bound: number; rows: Suitability[] }> {
    const stored = await this.held(tx, decisions);
    const faults: Fault[] = [];
    const rows: Suitability[] = [];
    const changed: Suitability[] = [];
    let bound = 0;
    const now = this.clock.now();
    decisions.forEach((decision, i) => {
      const row = stored.get(keyOf(decision));
      const fault = (code: string, message: string) => faults.push({ pointer: `/decisions/${i}`, code, message });
      if (row?.institutionId !== institutionId) return fault('NOT_FOUND', 'The institution has no such finding.');
      if (reasonMissing(decision)) return fault('REASON_MISSING', 'It needs a reason.');
      const { state, reason = null } = decision;
      if (sameDecision(row, { state, reason })) return rows.push(row);
      const why = whyNotDecided(row);
      if (why === 'BOUND') return (bound += 1);
      if (why === 'NEEDS_TEST') return fault(why, 'The entrance test decides first (R-ADM-20).');
      const next = { ...row, state, reason, version: row.version + 1, decidedAt: now, decidedBy: by.clientId };
      changed.push(next);
      return rows.push(next);
    });
    if (faults.length > 0) throw invalid('invalid-decisions', 'Some decisions have faults.', faults);
    if (changed.length > 0) {
      const stages = await this.stagesTaking(tx, changed, now);
      await updateRows(tx, Suitability, changed);
      for (const stage of stages) await this.bindOthers(tx, stage, changed);
    }
    return { decided: changed.length, bound, rows };
  }

  private async stagesTaking(tx: EntityManager, changed: Suitability[], now: Date): Promise<Stage[]> {
    const stages: Stage[] = [];
    for (const stageId of new Set(changed.map((row) => row.stageId))) {
      const stage = await this.stages.lock(tx, stageId, 'read');
      assertTakesFindings(stage, now);
      stages.push(stage);
    }
    return stages;
  }

  /** R-ADM-18: what the institution of the first preference finds stands for the others, but for tests of their own. */
  private async bindOthers(tx: EntityManager, stage: Stage, decided: Suitability[]): Promise<void> {
    if (!this.policies.on('adm.suitability.binding', this.stages.dayOf(stage.applyFrom))) return;
    const own = decided.filter(({ stageId }) => stageId === stage.id);
    await tx.query(
      `UPDATE suitability s SET version = s.version + 1, state = f.state, reason = f.reason, decided_at = f.decided_at,
         decided_by = f.decided_by, bound = true
       FROM suitability f
         JOIN unnest($1::uuid[], $2::uuid[]) AS w (application_id, offering_id)
           ON f.application_id = w.application_id AND f.offering_id = w.offering_id
         JOIN preference p ON p.application_id = f.application_id AND p.offering_id = f.offering_id AND p.rank = 1
       WHERE s.application_id = f.application_id AND s.offering_id <> f.offering_id
         AND s.institution_id <> f.institution_id AND (s.bound OR s.state IN ('PENDING', 'NEEDS_DOCUMENTS'))`,
      [own.map(({ applicationId }) => applicationId), own.map(({ offeringId }) => offeringId)],
    );
  }

  /** All findings on these applications are held, in one order: what one institution says may bind the others. */
  private async held(tx: EntityManager, keys: SuitabilityKeyParams[]): Promise<Map<string, Suitability>> {
    await tx.query(
      `SELECT 1 FROM suitability WHERE application_id = ANY($1::uuid[]) ORDER BY application_id, offering_id FOR UPDATE`,
      [keys.map((key) => key.applicationId)],
    );
    const rows: Suitability[] = await tx.query(
      `SELECT ${selectList(tx, Suitability, 's')} FROM suitability s
         JOIN unnest($1::uuid[], $2::uuid[]) AS w (application_id, offering_id)
           ON s.application_id = w.application_id AND s.offering_id = w.offering_id
       WHERE ${stillListed}`,
      [keys.map((key) => key.applicationId), keys.map((key) => key.offeringId)],
    );
    return new Map(rows.map((row) => [keyOf(row), row]));
  }
}

/**
 * Part of the statement that stores lists: every offering that its part `listed` says waits for its finding; one made before
 * the applicant came back to it still stands. Without any grade the documents are missing (section 8), without a test that
 * the programme asks for, the test (R-ADM-20).
 */
export function openFindings(applications: OpenedFor[]): Part {
  return {
    name: 'opened',
    values: [
      applications.map(({ id }) => id),
      applications.map(({ stageId }) => stageId),
      applications.map(({ learnerId }) => learnerId),
      applications.map(({ year }) => year),
      applications.map(hasGrades),
    ],
    text: (n) => `INSERT INTO suitability (application_id, offering_id, version, stage_id, institution_id, bound, state)
      SELECT a.id, o.id, 1, a.stage_id, o.institution_id, false, CASE
        WHEN o.entrance_test AND NOT EXISTS (SELECT 1 FROM entrance_test_result r WHERE r.learner_id = a.learner_id
          AND r.programme_id = o.programme_id AND r.year = a.year AND r.result = 'PASSED') THEN 'NEEDS_TEST'
        WHEN a.has_grades THEN 'PENDING' ELSE 'NEEDS_DOCUMENTS' END
      FROM unnest($${n}::uuid[], $${n + 1}::uuid[], $${n + 2}::uuid[], $${n + 3}::int[], $${n + 4}::boolean[])
          AS a (id, stage_id, learner_id, year, has_grades)
        JOIN (SELECT DISTINCT application_id, offering_id FROM listed) l ON l.application_id = a.id
        JOIN offering o ON o.id = l.offering_id
      ON CONFLICT (application_id, offering_id) DO NOTHING RETURNING application_id, offering_id, state`,
  };
}

/** What is found of an offering for an application. */
export interface Finding {
  applicationId: string;
  offeringId: string;
  state: SuitabilityState;
}

/** The result of that statement: of all offerings that the applications ever listed, the findings that are not just waited for. */
export const standingFindingsOf = (applicationIds: string[]): Part => ({
  name: 'findings',
  values: [applicationIds],
  text: (
    n,
  ) => `SELECT application_id AS "applicationId", offering_id AS "offeringId", state FROM opened WHERE state <> 'PENDING'
    UNION ALL SELECT application_id, offering_id, state FROM suitability
      WHERE application_id = ANY($${n}::uuid[]) AND state <> 'PENDING'`,
});

const keyOf = (key: SuitabilityKeyParams): string => `${key.applicationId}|${key.offeringId}`.toLowerCase();
