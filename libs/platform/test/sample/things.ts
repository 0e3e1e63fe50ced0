import { Body, Controller, Get, Injectable, Module, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common';
import { IsInt, IsOptional, IsString, IsUUID, Max, MaxLength, Min } from 'class-validator';
import { DataSource } from 'typeorm';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ClientChangedV1, ClientRegisteredV1 } from '@meistras/contracts/events/identity/client';
import { InstitutionChangedV1, InstitutionRegisteredV1 } from '@meistras/contracts/events/registers/institution';
import { CurrentActor, Scope } from '../../src/auth/access.js';
import { Actor } from '../../src/auth/actor.js';
import type { ServiceDefinition } from '../../src/bootstrap/service-definition.js';
import { allow } from '../../src/database/migrate.js';
import { missing } from '../../src/errors/domain-error.js';
import { IfMatch, mustBeCurrent, SendsETag } from '../../src/http/etag.js';
import { Idempotency, Once } from '../../src/idempotency/idempotency.js';
import type { WriteOnce } from '../../src/idempotency/idempotency.js';
import { Consumes } from '../../src/inbox/consumes.js';
import type { Delivery } from '../../src/inbox/consumes.js';
import { Outbox } from '../../src/outbox/outbox.js';
import { afterId, Paged, PageQuery, toPage } from '../../src/paging/paging.js';
import type { Page } from '../../src/paging/paging.js';
import { Ids } from '../../src/time/clock.js';

/** The smallest service that uses every mechanism of the platform: things with a name, owned by an institution. */
export class ThingDto {
  @IsString()
  @MaxLength(20)
  name: string;

  @IsInt()
  @Min(0)
  @Max(1000)
  size: number;

  @IsOptional()
  @IsUUID()
  institutionId?: string;
}

export interface ThingRow {
  id: string;
  version: number;
  name: string;
  size: number;
}

@Injectable()
export class Things {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly outbox: Outbox,
    private readonly ids: Ids,
  ) {}

  create(dto: ThingDto, once: WriteOnce): Promise<ThingRow> {
    return this.idempotency.run(once, async (tx) => {
      const row = { id: this.ids.next(), version: 1, name: dto.name, size: dto.size };
      await tx.query('INSERT INTO thing (id, version, name, size) VALUES ($1, 1, $2, $3)', [
        row.id,
        row.name,
        row.size,
      ]);
      await this.outbox.add(tx, ClientRegisteredV1, { clientId: row.id, version: 1, state: 'ACTIVE' });
      return row;
    });
  }

  async get(id: string): Promise<ThingRow> {
    const [row]: ThingRow[] = await this.dataSource.query('SELECT * FROM thing WHERE id = $1', [id]);
    if (!row) throw missing('thing');
    return row;
  }

  async list(query: PageQuery): Promise<Page<ThingRow>> {
    const rows: ThingRow[] = await this.dataSource.query('SELECT * FROM thing WHERE id > $1 ORDER BY id LIMIT $2', [
      afterId(query),
      query.limit + 1,
    ]);
    return toPage(
      rows,
      query.limit,
      (row) => row,
      (row) => [row.id],
    );
  }

  change(id: string, dto: ThingDto, readVersion: number): Promise<ThingRow> {
    return this.dataSource.transaction(async (tx) => {
      const [row]: ThingRow[] = await tx.query('SELECT * FROM thing WHERE id = $1 FOR UPDATE', [id]);
      if (!row) throw missing('thing');
      mustBeCurrent(row, readVersion);
      const next = { ...row, ...dto, version: row.version + 1 };
      await tx.query('UPDATE thing SET name = $2, size = $3, version = $4 WHERE id = $1', [
        id,
        next.name,
        next.size,
        next.version,
      ]);
      await this.outbox.add(tx, ClientChangedV1, { clientId: id, version: next.version, state: 'ACTIVE' });
      return next;
    });
  }
}

@Controller('things')
export class ThingsController {
  constructor(private readonly things: Things) {}

  @Post()
  @SendsETag()
  @Scope('sample.things:write', { institution: 'body.institutionId' })
  create(@Body() dto: ThingDto, @Once() once: WriteOnce): Promise<ThingRow> {
    return this.things.create(dto, once);
  }

  @Get()
  @Paged()
  @Scope('sample.things:read')
  list(@Query() query: PageQuery): Promise<Page<ThingRow>> {
    return this.things.list(query);
  }

  @Get('unruled')
  unruled(): string {
    return 'nobody may see this';
  }

  @Get('whoami')
  @Scope('sample.things:read')
  whoami(@CurrentActor() actor: Actor): { clientId: string } {
    return { clientId: actor.clientId };
  }

  @Get(':id')
  @SendsETag()
  @Scope('sample.things:read')
  get(@Param('id', ParseUUIDPipe) id: string): Promise<ThingRow> {
    return this.things.get(id);
  }

  @Put(':id')
  @SendsETag()
  @Scope('sample.things:write')
  change(@Param('id', ParseUUIDPipe) id: string, @Body() dto: ThingDto, @IfMatch() version: number): Promise<ThingRow> {
    return this.things.change(id, dto, version);
  }
}

/** Counts what it applied, so that a spec sees a second effect; refuses the code `poison`. */
@Controller()
export class ThingsConsumer {
  @Consumes(InstitutionRegisteredV1)
  async count(event: InstitutionRegisteredV1, { tx }: Delivery): Promise<void> {
    if (event.code === 'poison') throw new Error('This event is poison.');
    await tx.query(
      `INSERT INTO applied (institution_id, version, times) VALUES ($1, $2, 1)
       ON CONFLICT (institution_id) DO UPDATE SET version = excluded.version, times = applied.times + 1`,
      [event.institutionId, event.version],
    );
  }

  @Consumes(InstitutionChangedV1)
  countChange(event: InstitutionChangedV1, delivery: Delivery): Promise<void> {
    return this.count(event, delivery);
  }
}

export class CreateThing1760000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE TABLE thing (id uuid PRIMARY KEY, version integer NOT NULL, name text NOT NULL, size integer NOT NULL)',
    );
    await runner.query(
      'CREATE TABLE applied (institution_id uuid PRIMARY KEY, version integer NOT NULL, times integer NOT NULL)',
    );
    await allow(runner, 'thing', 'SELECT, INSERT, UPDATE');
    await allow(runner, 'applied', 'SELECT, INSERT, UPDATE');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE thing, applied');
  }
}

@Module({ controllers: [ThingsController, ThingsConsumer], providers: [Things] })
export class ThingsModule {}

export const sample: ServiceDefinition = { name: 'sample', entities: [], migrations: [CreateThing1760000001000] };
export const features = [ThingsModule];
