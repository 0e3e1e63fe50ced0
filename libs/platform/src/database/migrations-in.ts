import { readdir } from 'node:fs/promises';
import type { MigrationInterface } from 'typeorm';

/**
 * Every migration of a folder: `migrations: await migrationsIn(new URL('./migrations/', import.meta.url))`. A new
 * migration is then one new file, in the sources and in the build alike.
 */
export async function migrationsIn(folder: URL): Promise<(new () => MigrationInterface)[]> {
  const files = (await readdir(folder)).filter((file) => /^\d+-.*(?<!\.d|\.spec)\.[jt]s$/.test(file)).sort();
  const modules = await Promise.all(
    files.map((file) => import(new URL(file, folder).href) as Promise<Record<string, new () => MigrationInterface>>),
  );
  return modules.flatMap((module) => Object.values(module));
}
