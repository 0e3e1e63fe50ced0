import { Injectable } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { SeedClientDto } from './client-seed.dto.js';
import { secretMatches } from './client-secret.js';
import { Client } from './client.entity.js';
import { ClientsService, factsOf } from './clients.service.js';

/** What became of a seeded client. */
export type Seeded = 'registered' | 'changed' | 'unchanged';

/** Brings the first clients into being, so that there is one who may register the others. */
@Injectable()
export class ClientSeed {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clients: ClientsService,
  ) {}

  /** All or none; a second time with the same list changes nothing. Throws an error that lists every fault of the list. */
  async plant(list: unknown): Promise<[clientId: string, Seeded][]> {
    const wanted = readList(list);
    return this.dataSource.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtext('client_seed'))`);
      const done: [string, Seeded][] = [];
      for (const seed of wanted) done.push([seed.clientId, await this.plantOne(tx, seed)]);
      return done;
    });
  }

  private async plantOne(tx: EntityManager, seed: SeedClientDto): Promise<Seeded> {
    const { clientId: id, clientSecret: secret } = seed;
    const facts = factsOf(seed);
    const client = await tx.findOne(Client, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!client) {
      await this.clients.create(tx, { id, authMethod: 'client_secret_basic' }, facts);
      await this.clients.addStoredKey(tx, id, { secret });
      return 'registered';
    }
    const live = await this.clients.liveKeys(tx, id);
    const hasSecret = live.some(({ secretHash }) => secretHash !== null && secretMatches(secret, secretHash));
    const { name, scopes, national, institutions, municipalities } = client;
    const known = { name, scopes, national, institutions, municipalities };
    if (hasSecret && JSON.stringify(known) === JSON.stringify(facts)) return 'unchanged';
    if (!hasSecret) {
      await this.clients.endKeys(tx, live);
      await this.clients.addStoredKey(tx, id, { secret });
    }
    await this.clients.applyFacts(tx, client, facts);
    return 'changed';
  }
}

function readList(list: unknown): SeedClientDto[] {
  if (!Array.isArray(list)) throw new Error('The clients must be a JSON array.');
  const seeds = plainToInstance(SeedClientDto, list as object[]);
  const faults = seeds.flatMap((seed, i) =>
    validateSync(seed, { whitelist: true, forbidNonWhitelisted: true }).flatMap((error) =>
      Object.values(error.constraints ?? {}).map((text) => `[${i}].${error.property}: ${text}`),
    ),
  );
  if (faults.length > 0) throw new Error(`The clients have faults:\n  ${faults.join('\n  ')}`);
  return seeds;
}
