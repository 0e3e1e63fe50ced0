import type { Adapter, AdapterPayload } from 'oidc-provider';
import { InvalidClientAuth } from 'oidc-provider/lib/helpers/errors.js';
import type { DataSource } from 'typeorm';
import type { StoredJwk } from '../clients/client-keys.rules.js';

/** What the issuer must know of a client besides OAuth's own metadata. Travels with the client as one property. */
export interface ClientGrant {
  scopes: string[];
  national: boolean;
  institutions: string[];
  municipalities: string[];
  secretHashes: string[];
}

interface ClientRow extends Omit<ClientGrant, 'secretHashes'> {
  auth_method: string;
  secret_hashes: string[];
  jwks: StoredJwk[];
}

const readClient = `
  SELECT c.auth_method, c.scopes, c."national", c.institutions, c.municipalities,
    coalesce(jsonb_agg(k.secret_hash) FILTER (WHERE k.secret_hash IS NOT NULL), '[]') AS secret_hashes,
    coalesce(jsonb_agg(k.jwk) FILTER (WHERE k.jwk IS NOT NULL), '[]') AS jwks
  FROM client c LEFT JOIN client_key k ON k.client_id = c.id AND k.removed_at IS NULL
  WHERE c.id = $1 AND c.state = 'ACTIVE' GROUP BY c.id`;

/** Where the issuer finds its clients: our own table, read for every token, so that a revoked client gets none. */
class ClientAdapter {
  constructor(private readonly dataSource: DataSource) {}

  async find(id: string): Promise<AdapterPayload | undefined> {
    const [row]: ClientRow[] = await this.dataSource.query(readClient, [id]);
    if (!row) return undefined;
    const { scopes, national, institutions, municipalities, secret_hashes: secretHashes } = row;
    const grant: ClientGrant = { scopes, national, institutions, municipalities, secretHashes };
    const [anyHash] = secretHashes;
    return {
      client_id: id,
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      token_endpoint_auth_method: row.auth_method,
      // oidc-provider insists on a secret; it is compared by `secretMatches` and never as it stands here.
      ...(anyHash === undefined ? {} : { client_secret: anyHash }),
      ...(row.jwks.length === 0 ? {} : { jwks: { keys: row.jwks } }),
      grant,
    } as AdapterPayload;
  }
}

/** What the issuer itself remembers. With client_credentials alone that is the ids of the assertions it has seen. */
class PayloadAdapter {
  constructor(
    private readonly dataSource: DataSource,
    private readonly model: string,
  ) {}

  async find(id: string): Promise<AdapterPayload | undefined> {
    const [row]: { payload: AdapterPayload }[] = await this.dataSource.query(
      'SELECT payload FROM oidc_payload WHERE model = $1 AND id = $2 AND expires_at > now()',
      [this.model, id],
    );
    return row?.payload;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const rows: unknown[] = await this.dataSource.query(
      `INSERT INTO oidc_payload (model, id, payload, expires_at)
       VALUES ($1, $2, $3, now() + make_interval(secs => $4))
       ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at
         WHERE $1 <> 'ReplayDetection' OR oidc_payload.expires_at <= now()
       RETURNING 1`,
      [this.model, id, payload, expiresIn],
    );
    // The library looks first and writes then: of two copies of an assertion at once both find nothing, one may write.
    if (rows.length === 0) throw new InvalidClientAuth('client assertion tokens must only be used once');
  }

  async consume(id: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE oidc_payload SET payload = payload || jsonb_build_object('consumed', extract(epoch FROM now())::bigint)
       WHERE model = $1 AND id = $2`,
      [this.model, id],
    );
  }

  async destroy(id: string): Promise<void> {
    await this.dataSource.query('DELETE FROM oidc_payload WHERE model = $1 AND id = $2', [this.model, id]);
  }
}

/** oidc-provider's storage in PostgreSQL. What belongs to people signing in is absent: nobody signs in here. */
export function adapterOn(dataSource: DataSource): (model: string) => Adapter {
  return (model) =>
    (model === 'Client' ? new ClientAdapter(dataSource) : new PayloadAdapter(dataSource, model)) as unknown as Adapter;
}

/** Removes what has expired. */
export async function forgetExpired(dataSource: DataSource): Promise<void> {
  await dataSource.query('DELETE FROM oidc_payload WHERE expires_at <= now()');
}
