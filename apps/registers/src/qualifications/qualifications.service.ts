import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { QualificationChangedV1, QualificationRegisteredV1 } from '@meistras/contracts/events/registers/qualification';
import { conflict } from '@meistras/platform/errors/domain-error';
import type { Fault } from '@meistras/platform/errors/domain-error';
import { announce } from '@meistras/platform/outbox/outbox';
import { ClassifiersService } from '../classifiers/classifiers.service.js';
import { OccupationalStandardsService } from '../occupational-standards/occupational-standards.service.js';
import type { By } from '../register/by.js';
import type { StatedTerms } from '../register/register.dto.js';
import type { Facts, Register } from '../register/register.js';
import { Registers } from '../register/registers.js';
import { Qualification } from './qualification.entity.js';
import type { RegisterQualificationDto } from './qualifications.dto.js';

@Injectable()
export class QualificationsService {
  readonly register: Register<Qualification, RegisterQualificationDto>;

  constructor(
    registers: Registers,
    private readonly classifiers: ClassifiersService,
    private readonly standards: OccupationalStandardsService,
  ) {
    this.register = registers.open({
      thing: 'qualification',
      entity: Qualification,
      key: ['code'],
      keyTaken: 'qualification_code_taken',
      firstState: 'REGISTERED',
      judge: (tx, rows, current) => this.judge(tx, rows, current),
      announceNew: (entry) => announce(QualificationRegisteredV1, stateOf(entry)),
      announceChange: (_, entry) => announce(QualificationChangedV1, stateOf(entry)),
    });
  }

  deregister(id: string, terms: StatedTerms, by: By): Promise<Qualification> {
    return this.register.amend(id, terms, by, (_, { state }) => {
      if (state === 'DEREGISTERED')
        throw conflict('qualification-deregistered', 'The qualification is deregistered already.');
      return { state: 'DEREGISTERED' };
    });
  }

  /** Which of these codes are those of registered qualifications. */
  async known(tx: EntityManager, codes: string[]): Promise<Set<string>> {
    if (codes.length === 0) return new Set();
    const rows = await tx.find(Qualification, {
      where: { code: In(codes), state: 'REGISTERED' },
      select: { code: true },
    });
    return new Set(rows.map(({ code }) => code));
  }

  private async judge(
    tx: EntityManager,
    rows: RegisterQualificationDto[],
    current: (Qualification | undefined)[],
  ): Promise<(Facts<Qualification> | Fault[])[]> {
    const inFields = rows.flatMap(({ fieldCode }, row) => (fieldCode === undefined ? [] : [{ row, fieldCode }]));
    const judged = await this.classifiers.judgeFields(
      tx,
      inFields.map(({ fieldCode }) => fieldCode),
    );
    const fields = new Map(inFields.map(({ row }, at) => [row, judged[at] ?? []]));
    const standards = await this.standards.known(
      tx,
      rows.flatMap(({ standardCode }) => standardCode ?? []),
    );
    return rows.map(({ standardCode, requiredModules }, at) => {
      const faults = [...(fields.get(at) ?? [])];
      // One that rests on it already keeps it, whatever became of the standard.
      const isNew = standardCode !== undefined && standardCode !== current[at]?.standardCode;
      if (isNew && !standards.has(standardCode)) {
        const message = 'No occupational standard with this code is registered.';
        faults.push({ pointer: '/standardCode', code: 'UNKNOWN', message });
      }
      return faults.length > 0 ? faults : { requiredModules: requiredModules ?? current[at]?.requiredModules ?? [] };
    });
  }
}

function stateOf({ id, version, code, eqfLevel, standardCode, state }: Qualification): QualificationRegisteredV1 {
  return { qualificationId: id, version, code, eqfLevel, state, ...(standardCode === null ? {} : { standardCode }) };
}
