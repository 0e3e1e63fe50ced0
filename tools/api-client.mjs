// A polite client of the platform's API: token, idempotency keys, retries, paging. Used by the demonstration and the tests.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

const attempts = 180;
const longestPauseMs = 1_000;

/** An answer that is not a success. */
export class Refusal extends Error {
  constructor(method, path, status, problem) {
    super(`${method} ${path}: ${status} ${problem?.detail ?? ''} ${JSON.stringify(problem?.errors ?? '')}`);
    this.status = status;
    this.problem = problem;
  }
}

export class ApiClient {
  #token;
  #expiresAt = 0;

  /** @param {string} url @param {{ clientId: string, clientSecret: string }} client */
  constructor(url, client) {
    this.url = url;
    this.client = client;
  }

  get(path, headers = {}) {
    return this.send('GET', path, undefined, headers);
  }

  /** The same key is sent at every attempt, so that an answer lost on the way costs nothing. */
  post(path, body, headers = {}) {
    return this.send('POST', path, body, { 'idempotency-key': randomUUID(), ...headers });
  }

  put(path, body, headers = {}) {
    return this.send('PUT', path, body, headers);
  }

  /** An answer that is text. */
  async text(path) {
    return (await this.#fetch('GET', path)).text();
  }

  /** Repeats a request that fails because an event is still on its way (a 404 or a fault that names something unknown). */
  async untilKnown(request) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await request();
      } catch (error) {
        const unknown = error.status === 404 || JSON.stringify(error.problem?.errors ?? '').includes('UNKNOWN');
        if (!unknown || attempt === attempts) throw error;
        await delay(Math.min(50 * attempt, longestPauseMs));
      }
    }
  }

  /** Every item of a list, page by page. */
  async *items(path) {
    for (let after = ''; ;) {
      const page = await this.get(
        `${path}${path.includes('?') ? '&' : '?'}limit=500${after && `&after=${encodeURIComponent(after)}`}`,
      );
      yield* page.items;
      if (page.next === undefined) return;
      after = page.next;
    }
  }

  async token() {
    if (this.#token && Date.now() < this.#expiresAt) return this.#token;
    const { clientId, clientSecret } = this.client;
    const answer = await fetch(`${this.url}/oauth/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials',
    });
    if (!answer.ok)
      throw new Refusal('POST', '/oauth/token', answer.status, await answer.json().catch(() => undefined));
    const { access_token: token, expires_in: seconds } = await answer.json();
    this.#token = token;
    this.#expiresAt = Date.now() + seconds * 800;
    return token;
  }

  async send(method, path, body, headers = {}) {
    const answer = await this.#fetch(method, path, body, headers);
    return answer.status === 204 ? undefined : await answer.json();
  }

  /** Sends a request; tries again after broken connections, 429 and 503, and while the first attempt is in flight. */
  async #fetch(method, path, body, headers = {}) {
    for (let attempt = 1; ; attempt += 1) {
      const { answer, error } = await this.#attempt(method, path, body, headers).then(
        (given) => ({ answer: given }),
        (failure) => ({ error: failure }),
      );
      if (answer?.ok) return answer;
      const problem = await answer?.json().catch(() => undefined);
      if (answer?.status === 401) this.#expiresAt = 0;
      const again = error ? !(error instanceof Refusal) || error.status >= 500 : isPassing(answer, attempt);
      if (!again || attempt === attempts) throw error ?? new Refusal(method, path, answer.status, problem);
      const wait =
        Number(answer?.headers.get('retry-after') ?? 0) * 1_000 || Math.min(50 * 2 ** attempt, longestPauseMs);
      await delay(wait * (0.5 + Math.random() / 2));
    }
  }

  async #attempt(method, path, body, headers) {
    const authorization = `Bearer ${await this.token()}`;
    const isText = typeof body === 'string';
    return fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization,
        ...(body === undefined || isText ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    });
  }
}

function isPassing(answer, attempt) {
  if ([429, 502, 503, 504].includes(answer.status)) return true;
  return answer.status === 401 && attempt < 3;
}
