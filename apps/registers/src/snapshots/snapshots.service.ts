import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Actor } from '@meistras/platform/auth/actor';
import { setReach } from '@meistras/platform/database/reach';
import { insertRows } from '@meistras/platform/database/rows';
import { invalid, missing } from '@meistras/platform/errors/domain-error';
import type { Exported } from '@meistras/platform/exports/exports';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { afterId, decodeCursor, toPage } from '@meistras/platform/paging/paging';
import type { Page, PageQuery } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { PoliciesService } from '../policies/policies.service.js';
import { Snapshot, SnapshotFigure } from './snapshot.entity.js';
import { differencesOf } from './snapshot.rules.js';
import { toFigureDifferenceDto, toFigureDto, toSnapshotDto } from './snapshots.dto.js';
import type { FigureDto, FiguresQuery, SnapshotDifferenceDto, SnapshotDto, TakeSnapshotDto } from './snapshots.dto.js';
import { countFigures, exportedFigures, shownSql } from './snapshots.queries.js';
import type { CountedFigure } from './snapshots.queries.js';

/** Counting a country takes longer than any other request may. */
const countingTimeout = '120s';

/** Frozen statistical figures, and how they would be counted now. */
@Injectable()
export class SnapshotsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly policies: PoliciesService,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** All figures are of one moment. Everything is counted before the first row is written: writers hold up the relay. */
  async take(dto: TakeSnapshotDto, clientId: string, once: WriteOnce): Promise<SnapshotDto> {
    if (dto.validOn > this.clock.today())
      throw invalid('invalid-input', 'The body has faults.', [
        { pointer: '/validOn', code: 'IN_FUTURE', message: 'What will hold by then is not known yet.' },
      ]);
    return this.idempotency.run(once, async (tx) => {
      await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      const counted = await this.count(tx, dto.validOn);
      const hash = createHash('sha256');
      for (const { line } of counted) hash.update(`${line}\n`);
      const { validOn, name, legalBasis = null } = dto;
      const snapshot: Snapshot = {
        ...{ id: this.ids.next(), name, validOn, legalBasis },
        ...{ takenAt: this.clock.now(), takenBy: clientId, figures: counted.length, sha256: hash.digest('hex') },
      };
      await insertRows(tx, Snapshot, [snapshot]);
      const figures = counted.map((each, at) => ({ ...each, snapshotId: snapshot.id, number: at + 1 }));
      await insertRows(tx, SnapshotFigure, figures);
      return toSnapshotDto(snapshot);
    });
  }

  async list(query: PageQuery): Promise<Page<SnapshotDto>> {
    const rows = await this.dataSource.manager
      .createQueryBuilder(Snapshot, 's')
      .where('s.id > :after', { after: afterId(query) })
      .orderBy('s.id')
      .limit(query.limit + 1)
      .getMany();
    return toPage(rows, query.limit, toSnapshotDto, ({ id }) => [id]);
  }

  async get(id: string): Promise<SnapshotDto> {
    return toSnapshotDto(await this.find(id));
  }

  /** To whoever does not act nationally without the figures of too few persons. */
  async figures(id: string, { register, after, limit }: FiguresQuery, by: Actor): Promise<Page<FigureDto>> {
    const snapshot = await this.find(id);
    const [number = '0'] = after === undefined ? [] : decodeCursor(after, [/^\d{1,9}$/]);
    const select = this.dataSource.manager
      .createQueryBuilder(SnapshotFigure, 'f')
      .where('f.snapshot_id = :id AND f.number > :number', { id, number: Number(number) })
      .andWhere(shownSql(await this.smallestFor(snapshot, by)))
      .orderBy('f.number')
      .limit(limit + 1);
    if (register !== undefined) select.andWhere('f.register = :register', { register });
    return toPage(await select.getMany(), limit, toFigureDto, (figure) => [figure.number]);
  }

  /** The same figures, all of them, to be sent by `Exports`. */
  async exported(id: string, by: Actor): Promise<Exported> {
    return exportedFigures(id, await this.smallestFor(await this.find(id), by));
  }

  /** Counts the snapshot's day again, as it is known now. The snapshot stays what it is. */
  async difference(id: string): Promise<SnapshotDifferenceDto> {
    const { validOn } = await this.find(id);
    return this.dataSource.transaction('REPEATABLE READ', async (tx) => {
      const now = await this.count(tx, validOn);
      const frozen = await tx.find(SnapshotFigure, { where: { snapshotId: id }, order: { number: 'ASC' } });
      const items = differencesOf(frozen, now).map(toFigureDifferenceDto);
      return { snapshotId: id, validOn, countedAt: this.clock.now().toISOString(), items };
    });
  }

  private async count(tx: EntityManager, validOn: string): Promise<CountedFigure[]> {
    await setReach(tx, null);
    await tx.query(`SET LOCAL statement_timeout = '${countingTimeout}'`);
    return countFigures(tx, validOn, await this.policies.leapDayOn(tx, validOn));
  }

  private async find(id: string): Promise<Snapshot> {
    const snapshot = await this.dataSource.manager.findOneBy(Snapshot, { id });
    if (!snapshot) throw missing('snapshot');
    return snapshot;
  }

  private async smallestFor({ validOn }: Snapshot, by: Actor): Promise<number | undefined> {
    return by.national ? undefined : this.policies.smallestCellOn(this.dataSource.manager, validOn);
  }
}
