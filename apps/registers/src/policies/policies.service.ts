import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { toPolicyParameterDto } from './policies.dto.js';
import type { PoliciesQuery, RegistersPolicyParameterPageDto } from './policies.dto.js';
import { PolicyParameter } from './policy-parameter.entity.js';

/** When reading many learners raises an alarm; null: never. */
export interface MassLookupParameters {
  limits: Record<'SCHOOL' | 'NATIONAL', number | null>;
  windowMinutes: number;
}

/** Every legal number of the registers, as of a day. */
@Injectable()
export class PoliciesService {
  constructor(private readonly dataSource: DataSource) {}

  async list({ code, validOn }: PoliciesQuery): Promise<RegistersPolicyParameterPageDto> {
    const rows = await this.dataSource.manager.find(PolicyParameter, { order: { code: 'ASC', validFrom: 'ASC' } });
    const wanted = rows.filter(
      (each) => (code === undefined || each.code === code) && (validOn === undefined || inForce(each, validOn)),
    );
    return { items: wanted.map(toPolicyParameterDto) };
  }

  async massLookupOn(tx: EntityManager, day: string): Promise<MassLookupParameters> {
    const rows = (await tx.find(PolicyParameter)).filter((each) => inForce(each, day));
    const valueOf = (wanted: string): unknown => {
      const found = rows.find(({ code }) => code === wanted);
      if (!found) throw new Error(`No policy parameter ${wanted} is in force on ${day}.`);
      return found.value;
    };
    return {
      limits: valueOf('reg.access.alarm.learners') as MassLookupParameters['limits'],
      windowMinutes: valueOf('reg.access.alarm.window') as number,
    };
  }
}

function inForce({ validFrom, validTo }: PolicyParameter, day: string): boolean {
  return validFrom <= day && (validTo === null || day < validTo);
}
