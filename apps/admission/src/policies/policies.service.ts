import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Actor } from '@meistras/platform/auth/actor';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { upsertRows } from '@meistras/platform/database/rows';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { toPolicyParameterDto } from './policies.dto.js';
import type { PoliciesQuery, PolicyParameterDto, PolicyParameterPageDto, StatePolicyDto } from './policies.dto.js';
import { PolicyParameter } from './policy-parameter.entity.js';
import { assertStatable } from './policy.rules.js';
import type { PolicyCode, PolicyValues } from './policy.rules.js';

export type { PolicyValues } from './policy.rules.js';

export interface PolicyInForce<Code extends PolicyCode> {
  value: PolicyValues[Code];
  validFrom: string;
  validTo: string | null;
  legalBasis: string;
}

const trustedMs = 60_000;

/** Every legal number, read as of the day of the fact that it judges. */
@Injectable()
export class PoliciesService implements OnModuleInit {
  private readonly log = new Logger('Policies');
  private known: PolicyParameter[] = [];
  private readAt = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  on<Code extends PolicyCode>(code: Code, day: string): PolicyValues[Code] {
    return this.entryOn(code, day).value;
  }

  entryOn<Code extends PolicyCode>(code: Code, day: string): PolicyInForce<Code> {
    const found = this.all().find((each) => each.code === code && inForce(each, day));
    if (!found) throw new Error(`No policy parameter ${code} is in force on ${day}.`);
    const { validFrom, validTo, legalBasis } = found;
    return { value: found.value as PolicyValues[Code], validFrom, validTo, legalBasis };
  }

  async list(query: PoliciesQuery): Promise<PolicyParameterPageDto> {
    const rows = await this.dataSource.manager.find(PolicyParameter, { order: { code: 'ASC', validFrom: 'ASC' } });
    const wanted = rows.filter(
      (each) =>
        (query.code === undefined || each.code === query.code) &&
        (query.validOn === undefined || inForce(each, query.validOn)),
    );
    return { items: wanted.map(toPolicyParameterDto) };
  }

  /**
   * States a value from a day to come on; it holds until the next one that is stated. Stated anew for the same day, the
   * last word counts; every word is kept.
   */
  async state(dto: StatePolicyDto, by: Actor, once: WriteOnce): Promise<PolicyParameterDto> {
    assertStatable(dto, this.clock.today());
    const stated = await this.idempotency.run(once, async (tx) => {
      const { code, value, validFrom, legalBasis } = dto;
      await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [code]);
      const unit = dto.unit ?? (await unitOf(tx, code));
      const [later]: { day: string }[] = await tx.query(
        `SELECT min(valid_from)::text AS day FROM policy_parameter WHERE code = $1 AND valid_from > $2`,
        [code, validFrom],
      );
      const validTo = later?.day ?? null;
      await tx.query(
        `UPDATE policy_parameter SET valid_to = $2 WHERE code = $1 AND valid_from < $2 AND (valid_to IS NULL OR valid_to > $2)`,
        [code, validFrom],
      );
      const parameter: PolicyParameter = { code, value, unit, validFrom, validTo, legalBasis };
      await upsertRows(tx, PolicyParameter, [parameter]);
      await tx.query(
        `INSERT INTO policy_statement (id, code, valid_from, value, unit, legal_basis, stated_by, stated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [this.ids.next(), code, validFrom, JSON.stringify(value), unit, legalBasis, by.clientId, this.clock.now()],
      );
      return toPolicyParameterDto(parameter);
    });
    await this.read();
    return stated;
  }

  /** Read before the first request, when no transaction can hold the connections that it needs. */
  async onModuleInit(): Promise<void> {
    await this.read();
  }

  /**
   * The table is small, and no change takes effect before tomorrow: read again once a minute, in the background. Nobody waits for it:
   * transactions that did, each with a connection in hand, once waited for each other.
   */
  private all(): PolicyParameter[] {
    if (performance.now() - this.readAt > trustedMs) {
      this.readAt = performance.now();
      this.read().catch((error: unknown) =>
        this.log.warn({ err: error }, 'The policy parameters could not be read again.'),
      );
    }
    return this.known;
  }

  private async read(): Promise<void> {
    this.readAt = performance.now();
    this.known = await this.dataSource.manager.find(PolicyParameter);
  }
}

function inForce({ validFrom, validTo }: PolicyParameter, day: string): boolean {
  return validFrom <= day && (validTo === null || day < validTo);
}

async function unitOf(tx: EntityManager, code: string): Promise<string | null> {
  const [known]: { unit: string | null }[] = await tx.query(
    'SELECT unit FROM policy_parameter WHERE code = $1 ORDER BY valid_from DESC LIMIT 1',
    [code],
  );
  return known?.unit ?? null;
}
