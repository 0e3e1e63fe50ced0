import pg from 'pg';

/** Where a service finds its database: the two roles' URLs. */
export interface ProvisionedDatabase {
  DATABASE_URL: string;
  MIGRATOR_DATABASE_URL: string;
}

const identifier = /^[a-z][a-z0-9_]{0,62}$/;

/**
 * Creates (or finds) a service's database with its two roles: `<role>_migrator` owns it, `<role>_app` may only connect.
 * Idempotent. `adminUrl` is a superuser's; passwords are set on every call.
 */
export async function provisionDatabase(
  adminUrl: string,
  database: string,
  role: string,
  password: string,
): Promise<ProvisionedDatabase> {
  if (!identifier.test(database) || !identifier.test(role))
    throw new Error(`Not a database name: ${database}, ${role}`);
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await ensureRoles(admin, role, password);
    await ensureDatabase(admin, database, role);
  } finally {
    await admin.end();
  }
  return databaseUrls(adminUrl, database, role, password);
}

export function databaseUrls(adminUrl: string, database: string, role: string, password: string): ProvisionedDatabase {
  const urlFor = (user: string): string => {
    const url = new URL(adminUrl);
    url.username = user;
    url.password = password;
    url.pathname = `/${database}`;
    return url.toString();
  };
  return { DATABASE_URL: urlFor(`${role}_app`), MIGRATOR_DATABASE_URL: urlFor(`${role}_migrator`) };
}

async function ensureRoles(admin: pg.Client, role: string, password: string): Promise<void> {
  await admin.query('SELECT pg_advisory_lock(727274)');
  for (const name of [`${role}_migrator`, `${role}_app`]) {
    const found = await admin.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
    if (found.rowCount === 0) await admin.query(`CREATE ROLE ${name} LOGIN`);
    await admin.query(`ALTER ROLE ${name} PASSWORD ${pg.escapeLiteral(password)}`);
  }
  await admin.query('SELECT pg_advisory_unlock(727274)');
}

async function ensureDatabase(admin: pg.Client, database: string, role: string): Promise<void> {
  const found = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
  if (found.rowCount !== 0) return;
  await admin.query(`CREATE DATABASE ${database} OWNER ${role}_migrator`);
  await admin.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
  await admin.query(`GRANT CONNECT ON DATABASE ${database} TO ${role}_app`);
}
