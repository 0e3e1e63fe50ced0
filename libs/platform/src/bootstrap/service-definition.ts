import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ServiceConfig } from '../config/config.js';

/** What the platform must know of a service before it can start it. One per service, in its `data-source.ts`. */
export interface ServiceDefinition {
  /** Name of the service, its database, its first path segment and its consumer group. */
  name: string;
  // eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- TypeORM's own word for an entity class
  entities: Function[];
  migrations: (new () => MigrationInterface)[];
  config?: new () => ServiceConfig;
  /** Reference data that comes with the release, such as code lists. */
  seed?: Seed;
}

/** Brings reference data up to date after the migrations, as the owner of the tables. Doing it again changes nothing. */
export interface Seed {
  /** Changes whenever the data do. */
  digest: string;
  run: (runner: QueryRunner) => Promise<void>;
}
