import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { FundingRuleset } from '../allocation/funding-right.rules.js';
import type { PriorityCriterion, TierRule } from '../allocation/tier.rules.js';
import { toPolicyParameterDto } from './policies.dto.js';
import type { PoliciesQuery, PolicyParameterPageDto } from './policies.dto.js';
import { PolicyParameter } from './policy-parameter.entity.js';

/** The parameters that this service reads, with the type of their values. */
export interface PolicyValues {
  /** R-ADM-13: preferences in one list, by type of stage. */
  'adm.limit': Record<'WINTER' | 'SUMMER' | 'ADDITIONAL' | 'FREE_PLACES', number>;
  /** R-ADM-01, in years. */
  'adm.age.minimum': number;
  /** R-ADM-01: the day on which the age is judged. */
  'adm.age.on': 'FIRST_TEACHING_DAY' | 'FIRST_DAY_OF_APPLYING';
  /** R-ADM-23: weight of examinations in the score, in whole per cent. */
  'adm.score.secondaryWeight': number;
  /** R-ADM-09. */
  'adm.vf.ruleset': FundingRuleset;
  /** R-ADM-27: leading digits of the ISCED-F code that name the funded pool. */
  'adm.pool.key': { digits: number };
  /** Section 5.3: below so many holders only the score of the cut-off is shown. */
  'adm.explain.minHolders': number;
  /** R-ADM-35. */
  'adm.oneLiveAgreement': boolean;
  /** Credits of one year of training; gives the planned end of an agreement. */
  'adm.agreement.creditsPerYear': number;
  /** R-ADM-24: what comes before the score in the rank key. */
  'adm.tier': TierRule;
  /** R-ADM-25: the priority criteria in their order. */
  'adm.criteria': PriorityCriterion[];
  /** F-ADM-3: whether a public draw is appended to the seed. */
  'adm.lottery.publicDraw': boolean;
  /** Section 5.1: whether an own move within a field is an error. */
  'adm.pool.oneScorePerField': boolean;
}

export interface PolicyInForce<Code extends keyof PolicyValues> {
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

  constructor(private readonly dataSource: DataSource) {}

  on<Code extends keyof PolicyValues>(code: Code, day: string): PolicyValues[Code] {
    return this.entryOn(code, day).value;
  }

  entryOn<Code extends keyof PolicyValues>(code: Code, day: string): PolicyInForce<Code> {
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

  /** Read before the first request, when no transaction can hold the connections that it needs. */
  async onModuleInit(): Promise<void> {
    await this.read();
  }

  /**
   * The table is small and changes with releases: read again once a minute, in the background. Nobody waits for it:
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
