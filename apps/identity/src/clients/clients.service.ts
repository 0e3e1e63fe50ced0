import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { ClientChangedV1, ClientRegisteredV1, ClientRevokedV1 } from '@meistras/contracts/events/identity/client';
import type { EventClass } from '@meistras/contracts/event';
import { invalid, missing } from '@meistras/platform/errors/domain-error';
import { mustBeCurrent } from '@meistras/platform/http/etag';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Outbox } from '@meistras/platform/outbox/outbox';
import { decodeCursor, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { Seal } from '../issuer/seal.service.js';
import { ClientKey } from './client-key.entity.js';
import {
  assertActive,
  assertNewKey,
  assertNotLastKey,
  assertReach,
  assertRoomForKey,
  isNarrowed,
  toStoredJwk,
} from './client-keys.rules.js';
import type { AuthMethod, Reach, StoredJwk } from './client-keys.rules.js';
import { hashSecret, newSecret } from './client-secret.js';
import { Client } from './client.entity.js';
import { toClientDto } from './clients.dto.js';
import type {
  AddKeyDto,
  ClientDto,
  ClientFactsDto,
  ClientsQuery,
  ClientWithNewKeyDto,
  PublicKeyDto,
  RegisterClientDto,
} from './clients.dto.js';

/** Everything said of a client besides its keys. */
export type ClientFacts = Reach & { name: string };

@Injectable()
export class ClientsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly seal: Seal,
  ) {}

  async register(dto: RegisterClientDto, once: WriteOnce): Promise<ClientWithNewKeyDto> {
    const answer = await this.idempotency.run(once, async (tx) => {
      const client = await this.create(tx, { id: this.ids.next(), authMethod: dto.authMethod }, factsOf(dto));
      return this.answerNewKey(client, [], await this.issueKey(tx, client, dto.publicKey));
    });
    return this.open(answer);
  }

  async get(id: string): Promise<ClientDto> {
    const client = await this.dataSource.manager.findOneBy(Client, { id });
    if (!client) throw missing('client');
    return toClientDto(client, await this.liveKeys(this.dataSource.manager, id));
  }

  async list(query: ClientsQuery): Promise<Page<ClientDto>> {
    const [after = ''] = query.after === undefined ? [] : decodeCursor(query.after, [/^[\w.-]{1,100}$/]);
    const select = this.dataSource.manager
      .createQueryBuilder(Client, 'c')
      .where('c.id COLLATE "C" > :after', { after })
      .orderBy('c.id COLLATE "C"')
      .limit(query.limit + 1);
    if (query.state !== undefined) select.andWhere('c.state = :state', { state: query.state });
    const clients = await select.getMany();
    const keys = await this.dataSource.manager.find(ClientKey, {
      where: { clientId: In(clients.map(({ id }) => id)), removedAt: IsNull() },
      order: { createdAt: 'ASC' },
    });
    const keysOf = (id: string): ClientKey[] => keys.filter(({ clientId }) => clientId === id);
    return toPage(
      clients,
      query.limit,
      (client) => toClientDto(client, keysOf(client.id)),
      ({ id }) => [id],
    );
  }

  async change(id: string, dto: ClientFactsDto, readVersion: number): Promise<ClientDto> {
    return this.dataSource.transaction(async (tx) => {
      const client = await this.lock(tx, id);
      mustBeCurrent(client, readVersion);
      await this.applyFacts(tx, client, factsOf(dto));
      return toClientDto(client, await this.liveKeys(tx, id));
    });
  }

  async addKey(id: string, dto: AddKeyDto, once: WriteOnce): Promise<ClientWithNewKeyDto> {
    const answer = await this.idempotency.run(once, async (tx) => {
      const client = await this.lock(tx, id);
      assertActive(client);
      const live = await this.liveKeys(tx, id);
      assertRoomForKey(live.length);
      const issued = await this.issueKey(tx, client, dto.publicKey, live);
      await this.announceNext(tx, client, ClientChangedV1);
      return this.answerNewKey(client, live, issued);
    });
    return this.open(answer);
  }

  async removeKey(id: string, keyId: string, readVersion: number): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      const client = await this.lock(tx, id);
      const live = await this.liveKeys(tx, id);
      const key = live.find((each) => each.id === keyId);
      if (!key) throw missing('key');
      mustBeCurrent(client, readVersion);
      assertNotLastKey(live.length);
      await this.endKeys(tx, [key]);
      await this.announceNext(tx, client, ClientChangedV1);
    });
  }

  async revoke(id: string): Promise<ClientDto> {
    return this.dataSource.transaction(async (tx) => {
      const client = await this.lock(tx, id);
      if (client.state === 'ACTIVE') {
        const now = this.clock.now();
        Object.assign(client, { state: 'REVOKED', revokedAt: now, tokensNotBefore: now });
        await this.announceNext(tx, client, ClientRevokedV1);
      }
      return toClientDto(client, await this.liveKeys(tx, id));
    });
  }

  /** Writes a new client and announces it; its first key is the caller's next step. */
  async create(
    tx: EntityManager,
    { id, authMethod }: { id: string; authMethod: AuthMethod },
    facts: ClientFacts,
  ): Promise<Client> {
    assertReach(facts);
    const client = tx.create(Client, {
      id,
      version: 1,
      authMethod,
      state: 'ACTIVE',
      registeredAt: this.clock.now(),
      revokedAt: null,
      tokensNotBefore: null,
      ...facts,
    });
    await tx.insert(Client, client);
    await this.outbox.add(tx, ClientRegisteredV1, stateOf(client));
    return client;
  }

  async applyFacts(tx: EntityManager, client: Client, facts: ClientFacts): Promise<void> {
    assertActive(client);
    assertReach(facts);
    if (isNarrowed(client, facts)) client.tokensNotBefore = this.clock.now();
    Object.assign(client, facts);
    await this.announceNext(tx, client, ClientChangedV1);
  }

  async announceNext(tx: EntityManager, client: Client, event: EventClass<ClientChangedV1>): Promise<void> {
    client.version += 1;
    await tx.save(client);
    await this.outbox.add(tx, event, stateOf(client));
  }

  async lock(tx: EntityManager, id: string): Promise<Client> {
    const client = await tx.findOne(Client, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!client) throw missing('client');
    return client;
  }

  liveKeys(tx: EntityManager, clientId: string): Promise<ClientKey[]> {
    return tx.find(ClientKey, { where: { clientId, removedAt: IsNull() }, order: { createdAt: 'ASC', id: 'ASC' } });
  }

  async endKeys(tx: EntityManager, keys: ClientKey[]): Promise<void> {
    await tx.update(ClientKey, { id: In(keys.map(({ id }) => id)) }, { removedAt: this.clock.now() });
  }

  /** Stores a key: the given secret's hash, or the public key. */
  async addStoredKey(
    tx: EntityManager,
    clientId: string,
    kept: { secret?: string; jwk?: StoredJwk },
  ): Promise<ClientKey> {
    const key = tx.create(ClientKey, {
      id: this.ids.next(),
      clientId,
      secretHash: kept.secret === undefined ? null : hashSecret(kept.secret),
      jwk: kept.jwk ?? null,
      createdAt: this.clock.now(),
      removedAt: null,
    });
    await tx.insert(ClientKey, key);
    return key;
  }

  private async issueKey(
    tx: EntityManager,
    client: Client,
    publicKey: PublicKeyDto | undefined,
    live: ClientKey[] = [],
  ): Promise<IssuedKey> {
    if ((client.authMethod === 'private_key_jwt') !== (publicKey !== undefined)) throw keyAndMethodDiffer();
    if (publicKey) {
      const jwk = toStoredJwk({ ...publicKey });
      assertNewKey(
        jwk,
        live.flatMap((known) => known.jwk ?? []),
      );
      return { key: await this.addStoredKey(tx, client.id, { jwk }) };
    }
    const secret = newSecret();
    return { key: await this.addStoredKey(tx, client.id, { secret }), secret };
  }

  /**
   * The answer as the platform keeps it for a repeated request: with the secret sealed, so that it is stored nowhere in
   * plain and a client that lost the answer still gets it by asking again under the same Idempotency-Key.
   */
  private answerNewKey(client: Client, live: ClientKey[], { key, secret }: IssuedKey): ClientWithNewKeyDto {
    return {
      ...toClientDto(client, [...live, key]),
      keyId: key.id,
      ...(secret === undefined ? {} : { secret: this.seal.close(secret, key.id) }),
    };
  }

  private open(answer: ClientWithNewKeyDto): ClientWithNewKeyDto {
    return answer.secret === undefined ? answer : { ...answer, secret: this.seal.open(answer.secret, answer.keyId) };
  }
}

interface IssuedKey {
  key: ClientKey;
  secret?: string;
}

/** An optional field may be missing or null; both mean that it is not said. */
export function factsOf({ name, scopes, national, institutions, municipalities }: ClientFactsDto): ClientFacts {
  return {
    name: name.normalize('NFC'),
    scopes,
    national: national ?? false,
    institutions: (institutions ?? []).map((id) => id.toLowerCase()),
    municipalities: municipalities ?? [],
  };
}

function keyAndMethodDiffer(): Error {
  const message = '`publicKey` is needed with `private_key_jwt`, and only then.';
  return invalid('public-key', message, [{ pointer: '/publicKey', code: 'PUBLIC_KEY', message }]);
}

function stateOf({ id, version, state }: Client): ClientChangedV1 {
  return { clientId: id, version, state };
}
