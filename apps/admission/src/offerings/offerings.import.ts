import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { withFacts } from '@meistras/platform/database/rows';
import { DomainError } from '@meistras/platform/errors/domain-error';
import type { Fault } from '@meistras/platform/errors/domain-error';
import type { ImportKind, RowOutcome } from '@meistras/platform/imports/import-kind';
import { ImportWorker } from '@meistras/platform/imports/import.worker';
import { Clock } from '@meistras/platform/time/clock';
import type { Stage } from '../stages/stages.service.js';
import type { Offering } from './offering.entity.js';
import { moduleFaults } from './offering.rules.js';
import { formOf, OfferingRow } from './offerings.dto.js';
import { idsByCode, openOfferings, pairsById } from './offerings.queries.js';
import { OfferingsService } from './offerings.service.js';

interface Resolved {
  at: number;
  row: OfferingRow;
  institutionId: string;
  programmeId: string;
}

/** Offerings in bulk, found by stage, institution code and programme code; a chunk costs six statements. */
@Injectable()
export class OfferingsImport implements ImportKind<OfferingRow>, OnModuleInit {
  readonly name = 'offerings';
  readonly scope = 'admission.offerings:write';
  readonly row = OfferingRow;
  readonly required: (keyof OfferingRow)[] = [
    'stageId',
    'institutionCodeScheme',
    'institutionCode',
    'programmeCodeScheme',
    'programmeCode',
    'fundedSeats',
    'nonFundedSeats',
    'latitude',
    'longitude',
  ];
  readonly numbers: (keyof OfferingRow)[] = [
    ...(['fundedSeats', 'nonFundedSeats', 'moduleCredits', 'latitude', 'longitude'] as const),
  ];

  constructor(
    private readonly worker: ImportWorker,
    private readonly offerings: OfferingsService,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.worker.register(this);
  }

  async apply(tx: EntityManager, rows: OfferingRow[]): Promise<RowOutcome[]> {
    const outcomes = new Array<RowOutcome>(rows.length);
    const found = await idsByCode(tx, rows);
    const byStage = new Map<string, Resolved[]>();
    rows.forEach((row, at) => {
      const { institutionId = null, programmeId = null } = found[at] ?? {};
      const faults: Fault[] = [
        ...moduleFaults(row),
        ...(institutionId === null ? [fault('institutionCode', 'INSTITUTION_UNKNOWN', 'Not registered.')] : []),
        ...(programmeId === null ? [fault('programmeCode', 'PROGRAMME_UNKNOWN', 'Not registered.')] : []),
      ];
      if (institutionId === null || programmeId === null || faults.length > 0) {
        outcomes[at] = faults;
        return;
      }
      const stageId = row.stageId.toLowerCase();
      const resolved = byStage.get(stageId) ?? [];
      byStage.set(stageId, resolved);
      resolved.push({ at, row, institutionId, programmeId });
    });
    for (const [stageId, resolved] of byStage) await this.applyToStage(tx, stageId, resolved, outcomes);
    return outcomes;
  }

  private async applyToStage(
    tx: EntityManager,
    stageId: string,
    resolved: Resolved[],
    outcomes: RowOutcome[],
  ): Promise<void> {
    const stage = await this.stageOr(tx, stageId);
    if ('code' in stage) {
      for (const { at } of resolved) outcomes[at] = [stage];
      return;
    }
    const pairs = await pairsById(tx, resolved, stage.startsOn);
    const known = new Map((await openOfferings(tx, stageId, resolved)).map((offering) => [keyOf(offering), offering]));
    const seen = new Set<string>();
    const created: Offering[] = [];
    const changed: Offering[] = [];
    for (const [i, one] of resolved.entries()) {
      const key = keyOf({ ...formOf(one.row), ...one });
      const pair = pairs[i];
      if (seen.has(key)) outcomes[one.at] = [fault('programmeCode', 'ROW_REPEATED', 'The offering stands twice.')];
      else if (!pair?.licensed || pair.fieldCode === null) outcomes[one.at] = [noLicence(stage)];
      else {
        const offering = known.get(key);
        const next = offering
          ? withFacts(offering, factsOf(one.row), this.clock.now())
          : this.offerings.newOffering(stage, { ...one.row, ...one, fieldCode: pair.fieldCode });
        if (next) (offering ? changed : created).push(next);
        outcomes[one.at] = offering ? (next ? 'updated' : 'unchanged') : 'created';
      }
      seen.add(key);
    }
    await this.offerings.store(tx, changed, created);
  }

  private async stageOr(tx: EntityManager, stageId: string): Promise<Stage | Fault> {
    try {
      return await this.offerings.stageTakingSeats(tx, stageId);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const code = error.kind === 'missing' ? 'STAGE_UNKNOWN' : 'STAGE_OPENED';
      return fault('stageId', code, error.message);
    }
  }
}

const fault = (column: string, code: string, message: string): Fault => ({ pointer: `/${column}`, code, message });

const noLicence = ({ startsOn }: Stage): Fault =>
  fault('programmeCode', 'NO_LICENCE', `The institution has no licence for the programme on ${startsOn} (R-REG-15).`);

type Key = Pick<Offering, 'institutionId' | 'programmeId' | 'moduleCode' | 'unitCode' | 'apprenticeship'>;

const keyOf = ({ institutionId, programmeId, moduleCode, unitCode, apprenticeship }: Key): string =>
  JSON.stringify([institutionId, programmeId, moduleCode, unitCode, apprenticeship]);

function factsOf(row: OfferingRow): Partial<Offering> {
  const { fundedSeats, nonFundedSeats, latitude, longitude } = row;
  return { fundedSeats, nonFundedSeats, latitude, longitude, ...formOf(row) };
}
