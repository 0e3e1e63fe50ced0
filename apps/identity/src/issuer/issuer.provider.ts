import type {
  Client,
  Configuration,
  KoaContextWithOIDC,
  Provider as OidcProvider,
  ResourceServer,
} from 'oidc-provider';
import { InvalidClientAuth, InvalidScope, InvalidTarget } from 'oidc-provider/lib/helpers/errors.js';
import { Provider } from 'oidc-provider/lib/provider.js';
import type { DataSource } from 'typeorm';
import { secretMatches } from '../clients/client-secret.js';
import { grantedScopes, platformScopes } from '../clients/scopes.rules.js';
import type { IdentityConfig } from '../identity.config.js';
import { adapterOn } from './oidc.adapter.js';
import type { ClientGrant } from './oidc.adapter.js';
import type { KeySet } from './signing-keys.service.js';

/** Longest life of a client assertion, in seconds: how long its id must be remembered (RFC 7523, 3). */
const assertionSeconds = 600;

const grantOf = (client: Client): ClientGrant => client['grant'] as ClientGrant;

/** The issuer for one set of keys: client_credentials for our clients, tokens of RFC 9068, and nothing else. */
export function issuerFor(config: IdentityConfig, dataSource: DataSource, keySet: KeySet): OidcProvider {
  const provider = new Provider(config.AUTH_ISSUER, configurationOf(config, dataSource, keySet));
  provider.Client.prototype.compareClientSecret = function (this: Client, secret: string): boolean {
    return grantOf(this).secretHashes.some((hash) => secretMatches(secret, hash));
  };
  provider.use(async (ctx, next) => {
    // Addresses are the issuer's own whatever Host the request has: an assertion's audience is compared with them.
    Object.defineProperty(ctx, 'href', { value: config.AUTH_ISSUER });
    await next();
    if (ctx.path.startsWith('/.well-known/')) ctx.body = metadataOf(ctx.body as Record<string, unknown>);
  });
  return provider;
}

/** Authorization server metadata (RFC 8414) without the parts that oidc-provider states of flows we do not have. */
function metadataOf(body: Record<string, unknown>): Record<string, unknown> {
  const kept = [
    'issuer',
    'token_endpoint',
    'jwks_uri',
    'grant_types_supported',
    'response_types_supported',
    'token_endpoint_auth_methods_supported',
    'token_endpoint_auth_signing_alg_values_supported',
  ];
  return {
    ...Object.fromEntries(Object.entries(body).filter(([name]) => kept.includes(name))),
    scopes_supported: platformScopes,
  };
}

function configurationOf(config: IdentityConfig, dataSource: DataSource, keySet: KeySet): Configuration {
  return {
    adapter: adapterOn(dataSource),
    jwks: { keys: structuredClone(keySet.keys) },
    routes: { token: '/oauth/token', jwks: '/oauth/jwks' },
    // None of OpenID Connect's: `offline_access` alone would bring refresh tokens back.
    scopes: [],
    responseTypes: [],
    claims: {},
    clientAuthMethods: ['private_key_jwt', 'client_secret_basic'],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { clientAuthSigningAlgValues: ['ES256', 'RS256'], idTokenSigningAlgValues: ['ES256'] },
    extraClientMetadata: { properties: ['grant'] },
    cookies: { keys: [] },
    ttl: { ClientCredentials: config.TOKEN_LIFETIME_SECONDS },
    clientBasedCORS: () => false,
    renderError: (ctx, out) => {
      ctx.body = out;
    },
    extraTokenClaims: (ctx) => {
      const { national, institutions, municipalities } = grantOf(ctx.oidc.client!);
      return { national, institutions, ...(municipalities.length === 0 ? {} : { municipalities }) };
    },
    assertJwtClientAuthClaimsAndHeader: (_ctx, { exp }) => {
      if (Number(exp) > Date.now() / 1_000 + assertionSeconds)
        throw new InvalidClientAuth(`a client assertion may live ${assertionSeconds} seconds at most`);
    },
    features: {
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => config.AUTH_AUDIENCE,
        getResourceServerInfo: (ctx, resource, client) => resourceServer(ctx, resource, client),
      },
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
    },
  };

  /** The one API there is. Decides the token's scopes: what is asked, cut to what the client has; all of it if none is asked. */
  function resourceServer(ctx: KoaContextWithOIDC, resource: string, client: Client): ResourceServer {
    if (resource !== config.AUTH_AUDIENCE) throw new InvalidTarget();
    const params = ctx.oidc.params as { scope?: string };
    const asked = params.scope?.split(' ') ?? [];
    const granted = grantedScopes(grantOf(client).scopes, asked);
    if (granted.length === 0)
      throw new InvalidScope('none of the requested scopes is the client’s', params.scope ?? '');
    params.scope = granted.join(' ');
    return {
      audience: config.AUTH_AUDIENCE,
      scope: params.scope,
      accessTokenTTL: config.TOKEN_LIFETIME_SECONDS,
      accessTokenFormat: 'jwt',
      jwt: { sign: { alg: 'ES256', kid: keySet.signingKid } },
    };
  }
}
