import { randomUUID } from 'node:crypto';
import { importJWK, SignJWT } from 'jose';
import type { JWK } from 'jose';
import { DomainError } from '../errors/domain-error.js';
import { Clock } from '../time/clock.js';

const timeoutMs = 3_000;
const assertionSeconds = 60;
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** A service as a client of the issuer. It proves itself with its private key (preferred) or its secret. */
export interface ServiceClient {
  /** Address of the token endpoint as this process reaches it. */
  tokenUrl: string;
  clientId: string;
  clientSecret?: string;
  /** Private JWK with `alg` (ES256 or RS256) and the `kid` under which the issuer knows the public one. */
  privateKey?: JWK;
  /** The issuer's own name, `aud` of the assertion. Needed with a private key. */
  issuer?: string;
  /** Space-separated; all scopes of the client if left out. */
  scope?: string;
}

interface HeldToken {
  value: string;
  renewAtMs: number;
}

/** The service's own access token (client_credentials), asked for once and kept until 80 % of its life has passed. */
export class ServiceTokens {
  private held: HeldToken | undefined;
  private asking: Promise<HeldToken> | undefined;

  constructor(
    private readonly client: ServiceClient,
    private readonly clock = new Clock(),
  ) {}

  /** Throws `unavailable` when the issuer gives none. */
  async token(): Promise<string> {
    if (this.held && this.clock.now().getTime() < this.held.renewAtMs) return this.held.value;
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
    this.held = await this.asking;
    return this.held.value;
  }

  /** Call it when the token was refused: the next one is asked for anew. */
  forget(): void {
    this.held = undefined;
  }

  private async ask(): Promise<HeldToken> {
    const askedAtMs = this.clock.now().getTime();
    const answer = await this.post(await this.request());
    const lifeMs = answer.expires_in * 1_000;
    return { value: answer.access_token, renewAtMs: askedAtMs + lifeMs * 0.8 };
  }

  private async request(): Promise<{ form: URLSearchParams; headers: Record<string, string> }> {
    const { clientId, clientSecret = '', privateKey, scope } = this.client;
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    if (scope !== undefined) form.set('scope', scope);
    if (privateKey) {
      form.set('client_assertion_type', assertionType);
      form.set('client_assertion', await this.assertion(privateKey));
      return { form, headers: {} };
    }
    // RFC 6749, 2.3.1: both parts are form-encoded before they are joined.
    const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64');
    return { form, headers: { authorization: `Basic ${basic}` } };
  }

  private async assertion(privateKey: JWK): Promise<string> {
    const { clientId, issuer, tokenUrl } = this.client;
    const alg = privateKey.alg ?? 'ES256';
    const now = Math.floor(this.clock.now().getTime() / 1_000);
    return new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg, ...(privateKey.kid === undefined ? {} : { kid: privateKey.kid }) })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(issuer ?? tokenUrl)
      .setIssuedAt(now)
      .setExpirationTime(now + assertionSeconds)
      .sign(await importJWK(privateKey, alg));
  }

  private async post({
    form,
    headers,
  }: Awaited<ReturnType<ServiceTokens['request']>>): Promise<{ access_token: string; expires_in: number }> {
    let answer: Response;
    try {
      answer = await fetch(this.client.tokenUrl, {
        method: 'POST',
        headers,
        body: form,
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch {
      throw unavailable('The token issuer cannot be reached.');
    }
    const body = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
    const { access_token: token, expires_in: seconds, error } = body;
    if (!answer.ok || typeof token !== 'string' || typeof seconds !== 'number')
      throw unavailable(
        `The token issuer refused ${this.client.clientId}: ${answer.status} ${typeof error === 'string' ? error : ''}`,
      );
    return { access_token: token, expires_in: seconds };
  }
}

function unavailable(message: string): DomainError {
  return new DomainError('unavailable', 'issuer-unavailable', message);
}
