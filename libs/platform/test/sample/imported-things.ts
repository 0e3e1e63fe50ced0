import { Injectable, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import type { EntityManager, MigrationInterface, QueryRunner } from 'typeorm';
import type { ServiceDefinition } from '../../src/bootstrap/service-definition.js';
import { allow } from '../../src/database/migrate.js';
import type { ImportKind, RowOutcome } from '../../src/imports/import-kind.js';
import { ImportWorker } from '../../src/imports/import.worker.js';
import { ImportsModule } from '../../src/imports/imports.module.js';

export class ThingRowDto {
  @IsString()
  @MaxLength(20)
  code: string;

  @IsInt()
  @Min(0)
  @Max(1000)
  size: number;

  /** Nobody may read it in clear. */
  @IsOptional()
  @IsString()
  pin?: string;
}

/** Flips every bit: whether something is sealed is easily seen, and where it may be opened too. */
const seal = (block: Buffer, place: string): Buffer =>
  Buffer.concat([Buffer.from(place), Buffer.from(block.map((byte) => ~byte & 0xff))]);

const open = (sealed: Buffer, place: string): Buffer => {
  if (!sealed.subarray(0, place.length).equals(Buffer.from(place))) throw new Error('It was sealed for another place.');
  return Buffer.from(sealed.subarray(place.length).map((byte) => ~byte & 0xff));
};

/** `kind=things`: a code that begins with `taken` cannot be stored together with others. */
@Injectable()
export class ThingsImport implements OnModuleInit, ImportKind<ThingRowDto> {
  readonly name = 'things';
  readonly scope = 'sample.things:write';
  readonly row = ThingRowDto;
  readonly required: ('code' | 'size')[] = ['code', 'size'];
  readonly numbers: 'size'[] = ['size'];
  readonly secrecy = { columns: ['pin' as const], seal, open };
  /** A spec may wait here for a call that has stored its rows and not committed. */
  stored: (() => Promise<void>) | undefined;

  constructor(private readonly worker: ImportWorker) {}

  onModuleInit(): void {
    this.worker.register(this);
  }

  async apply(tx: EntityManager, rows: ThingRowDto[]): Promise<RowOutcome[]> {
    const outcomes: RowOutcome[] = [];
    await tx.query('INSERT INTO times_applied SELECT unnest($1::text[])', [rows.map(({ code }) => code)]);
    for (const { code, size } of rows) {
      const stored: { size: number }[] = await tx.query('SELECT size FROM imported WHERE code = $1', [code]);
      outcomes.push(!stored[0] ? 'created' : stored[0].size === size ? 'unchanged' : 'updated');
      await tx.query('INSERT INTO imported VALUES ($1, $2) ON CONFLICT (code) DO UPDATE SET size = excluded.size', [
        code,
        size,
      ]);
    }
    await this.stored?.();
    return outcomes;
  }
}

export class CreateImported1760000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE imported (code text PRIMARY KEY CHECK (code NOT LIKE 'taken%'), size integer)`);
    await runner.query('CREATE TABLE times_applied (code text NOT NULL)');
    await allow(runner, 'imported', 'SELECT, INSERT, UPDATE');
    await allow(runner, 'times_applied', 'SELECT, INSERT');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE imported, times_applied');
  }
}

@Module({ imports: [ImportsModule], providers: [ThingsImport] })
export class ImportedThingsModule {}

export const importing: ServiceDefinition = {
  name: 'sample',
  entities: [],
  migrations: [CreateImported1760000001000],
};
