import { DataSource } from 'typeorm';
import type { MigrationInterface } from 'typeorm';
import type { ServiceDefinition } from '@meistras/platform/bootstrap/service-definition';
import { migrationsOf } from '@meistras/platform/database/data-source';
import { createDatabase } from './test-database.js';
import type { TestDatabase } from './test-database.js';

type Migration = new () => MigrationInterface;

/** Its name ends in the moment that orders it. */
const timeOf = ({ name }: { name: string }): number => Number(/\d{13}$/.exec(name)?.[0]);

/** A service's database as it was before some migrations, and what they make of what was there. */
export class OlderDatabase {
  private constructor(
    private readonly database: TestDatabase,
    private readonly migrations: Migration[],
    /** The owner's only session, which reaches everybody. */
    public owner: DataSource,
  ) {}

  /** As the service's migrations left it that are older than the first of these. */
  static async before(service: ServiceDefinition, ...migrations: [Migration, ...Migration[]]): Promise<OlderDatabase> {
    const database = await createDatabase(service.name.replaceAll('-', '_'));
    const older = migrationsOf(service).filter((each) => timeOf(each) < timeOf(migrations[0]));
    return new OlderDatabase(database, migrations, await migrated(database, older));
  }

  get name(): string {
    return this.database.name;
  }

  async migrate(): Promise<void> {
    await this.owner.destroy();
    this.owner = await migrated(this.database, this.migrations);
  }

  async drop(): Promise<void> {
    await this.owner.destroy();
    await this.database.drop();
  }
}

async function migrated({ MIGRATOR_DATABASE_URL: url }: TestDatabase, migrations: Migration[]): Promise<DataSource> {
  const owner = new DataSource({
    ...{ type: 'postgres', url, migrations, migrationsTransactionMode: 'each' },
    extra: { max: 1 },
  });
  await owner.initialize();
  await owner.runMigrations();
  await owner.query(`SELECT set_config('meistras.reach', '*', false)`);
  return owner;
}
