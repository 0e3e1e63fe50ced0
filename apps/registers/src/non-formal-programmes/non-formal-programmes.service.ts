import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  NonFormalProgrammeChangedV1,
  NonFormalProgrammeRegisteredV1,
} from '@meistras/contracts/events/registers/non-formal-programme';
import { conflict } from '@meistras/platform/errors/domain-error';
import type { Fault } from '@meistras/platform/errors/domain-error';
import { announce } from '@meistras/platform/outbox/outbox';
import { ClassifiersService } from '../classifiers/classifiers.service.js';
import { checkJarCode, codeCheckMessages } from '../institutions/institution-code.rules.js';
import type { By } from '../register/by.js';
import type { Facts, Register } from '../register/register.js';
import { Registers } from '../register/registers.js';
import { NonFormalProgramme } from './non-formal-programme.entity.js';
import type { DeregisterNonFormalProgrammeDto, RegisterNonFormalProgrammeDto } from './non-formal-programmes.dto.js';

@Injectable()
export class NonFormalProgrammesService {
  readonly register: Register<NonFormalProgramme, RegisterNonFormalProgrammeDto>;

  constructor(
    registers: Registers,
    private readonly classifiers: ClassifiersService,
  ) {
    this.register = registers.open({
      thing: 'non-formal-programme',
      entity: NonFormalProgramme,
      key: ['code'],
      keyTaken: 'non_formal_programme_code_taken',
      firstState: 'REGISTERED',
      judge: (tx, rows, current) => this.judge(tx, rows, current),
      announceNew: (entry) => announce(NonFormalProgrammeRegisteredV1, stateOf(entry)),
      announceChange: (_, entry) => announce(NonFormalProgrammeChangedV1, stateOf(entry)),
    });
  }

  /** R-REG-17: with one of the reasons that the register knows. */
  deregister(id: string, dto: DeregisterNonFormalProgrammeDto, by: By): Promise<NonFormalProgramme> {
    return this.register.amend(id, dto, by, (_, { state }) => {
      if (state === 'DEREGISTERED')
        throw conflict('non-formal-programme-deregistered', 'The programme is deregistered already.');
      return { state: 'DEREGISTERED', deregistrationReason: dto.deregistrationReason };
    });
  }

  private async judge(
    tx: EntityManager,
    rows: RegisterNonFormalProgrammeDto[],
    current: (NonFormalProgramme | undefined)[],
  ): Promise<(Facts<NonFormalProgramme> | Fault[])[]> {
    const places = await this.classifiers.judgePlaces(tx, rows);
    return rows.map(({ providerScheme, providerCode }, at) => {
      const faults = [...(places[at]?.faults ?? [])];
      const check = providerScheme === 'JAR' ? checkJarCode(providerCode) : 'VALID';
      if (check !== 'VALID') faults.push({ pointer: '/providerCode', code: check, message: codeCheckMessages[check] });
      return faults.length > 0 ? faults : { deregistrationReason: current[at]?.deregistrationReason ?? null };
    });
  }
}

function stateOf(programme: NonFormalProgramme): NonFormalProgrammeRegisteredV1 {
  const { id, version, code, purpose, municipalityCode, state, deregistrationReason } = programme;
  return {
    ...{ programmeId: id, version, code, purpose, municipalityCode, state },
    ...(deregistrationReason === null ? {} : { deregistrationReason }),
  };
}
