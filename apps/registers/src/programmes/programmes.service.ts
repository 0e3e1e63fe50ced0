import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  ProgrammeChangedV1,
  ProgrammeKeyChangedV1,
  ProgrammeRegisteredV1,
} from '@meistras/contracts/events/registers/programme';
import { conflict, invalid, missing } from '@meistras/platform/errors/domain-error';
import type { Fault } from '@meistras/platform/errors/domain-error';
import { announce } from '@meistras/platform/outbox/outbox';
import type { Announcement } from '@meistras/platform/outbox/outbox';
import { ClassifiersService } from '../classifiers/classifiers.service.js';
import { LicencesService } from '../licences/licences.service.js';
import type { By } from '../register/by.js';
import type { AsOfQuery } from '../register/register.dto.js';
import type { Facts, Register } from '../register/register.js';
import { Registers } from '../register/registers.js';
import { Programme } from './programme.entity.js';
import { programmeFaults } from './programme.rules.js';
import { toModules } from './programmes.dto.js';
import type {
  DeregisterProgrammeDto,
  ProgrammeCodeParams,
  ProgrammeProviderDto,
  RecodeProgrammeDto,
  RegisterProgrammeDto,
} from './programmes.dto.js';

@Injectable()
export class ProgrammesService {
  readonly register: Register<Programme, RegisterProgrammeDto>;

  constructor(
    registers: Registers,
    private readonly classifiers: ClassifiersService,
    private readonly licences: LicencesService,
  ) {
    this.register = registers.open({
      thing: 'programme',
      entity: Programme,
      key: ['codeScheme', 'code'],
      keyTaken: 'programme_code_taken',
      firstState: 'REGISTERED',
      judge: (tx, rows, current) => this.judge(tx, rows, current),
      announceNew: (entry) => announce(ProgrammeRegisteredV1, stateOf(entry)),
      announceChange,
    });
  }

  /** The programme that had this code on the day asked for. */
  async getByCode({ codeScheme, code }: ProgrammeCodeParams, asOf: AsOfQuery): Promise<Programme> {
    const conditions = Object.entries({ codeScheme, code }).map(([property, value]) => ({ property, value }));
    const [found] = await this.register.list({ ...asOf, limit: 1 }, conditions);
    if (!found) throw missing('programme');
    return found;
  }

  /** Who may run the programme of a code, by the licences that accreditation granted. */
  async providersOf(code: ProgrammeCodeParams, asOf: AsOfQuery): Promise<ProgrammeProviderDto[]> {
    const { id: programmeId } = await this.getByCode(code, asOf);
    const licences = await this.licences.providersOf(programmeId, asOf);
    return licences.map(({ id, institutionId, validFrom, validTo }) => ({
      ...{ institutionId, licenceId: id, validFrom },
      ...(validTo === null ? {} : { validTo }),
    }));
  }

  deregister(id: string, dto: DeregisterProgrammeDto, by: By): Promise<Programme> {
    return this.register.amend(id, dto, by, (_, entry) => {
      if (entry.state === 'DEREGISTERED')
        throw conflict('programme-deregistered', 'The programme is deregistered already.');
      return { state: 'DEREGISTERED' };
    });
  }

  /** Gives a programme another code; the old one stays in its history, and the change feed names both (R-REG-31). */
  recode(id: string, { codeScheme, code, ...terms }: RecodeProgrammeDto, by: By): Promise<Programme> {
    return this.register.amend(id, terms, by, (_, entry) => {
      const faults = programmeFaults({ ...entry, codeScheme, code });
      if (faults.length > 0) throw invalid('invalid-input', 'The body has faults.', faults);
      return { codeScheme, code };
    });
  }

  /** A row without modules, as a table has them, leaves those of the programme alone. */
  private async judge(
    tx: EntityManager,
    rows: RegisterProgrammeDto[],
    current: (Programme | undefined)[],
  ): Promise<(Facts<Programme> | Fault[])[]> {
    const fields = await this.classifiers.judgeFields(
      tx,
      rows.map(({ fieldCode }) => fieldCode),
    );
    return rows.map((row, at) => {
      const modules = row.modules === undefined ? (current[at]?.modules ?? []) : toModules(row.modules);
      const faults = [...(fields[at] ?? []), ...programmeFaults({ ...row, modules })];
      return faults.length > 0 ? faults : { modules };
    });
  }
}

function announceChange(before: Programme, after: Programme): Announcement {
  const { codeScheme, code } = before;
  if (codeScheme === after.codeScheme && code === after.code) return announce(ProgrammeChangedV1, stateOf(after));
  return announce(ProgrammeKeyChangedV1, { ...stateOf(after), previousCodeScheme: codeScheme, previousCode: code });
}

function stateOf(programme: Programme): ProgrammeRegisteredV1 {
  const { id, version, codeScheme, code, fieldCode, kind, eqfLevel, credits, state } = programme;
  return { programmeId: id, version, codeScheme, code, fieldCode, kind, eqfLevel, credits, state };
}
