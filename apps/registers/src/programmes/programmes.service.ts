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
import { EnrolmentsService } from '../enrolments/enrolments.service.js';
import { LicencesService } from '../licences/licences.service.js';
import { QualificationsService } from '../qualifications/qualifications.service.js';
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
  SupersedeProgrammeDto,
} from './programmes.dto.js';

@Injectable()
export class ProgrammesService {
  readonly register: Register<Programme, RegisterProgrammeDto>;

  constructor(
    registers: Registers,
    private readonly classifiers: ClassifiersService,
    private readonly licences: LicencesService,
    private readonly enrolments: EnrolmentsService,
    private readonly qualifications: QualificationsService,
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

  /** Section 8: not while learners study under the code; a superseded one waits for the last of them (R-REG-11). */
  deregister(id: string, dto: DeregisterProgrammeDto, by: By): Promise<Programme> {
    return this.register.amend(id, dto, by, async (tx, entry) => {
      mustNotBe(entry, 'DEREGISTERED');
      const learners = await this.enrolments.countUnder(tx, id);
      if (learners > 0) {
        const message = `${learners} enrolments are planned or active under the code. Give it a successor, or wait until the last one leaves.`;
        throw conflict('programme-has-learners', message);
      }
      return { state: 'DEREGISTERED' };
    });
  }

  /** R-REG-11: a new code beside the old one; each learner stays under the code of admission. */
  supersede(id: string, { successorId, ...terms }: SupersedeProgrammeDto, by: By): Promise<Programme> {
    return this.register.amend(id, terms, by, async (tx, entry) => {
      mustNotBe(entry, 'DEREGISTERED');
      mustNotBe(entry, 'SUPERSEDED');
      const found = successorId === id ? null : await tx.findOneBy(Programme, { id: successorId });
      if (found?.state !== 'REGISTERED') {
        const fault = {
          pointer: '/successorId',
          code: 'UNKNOWN',
          message: 'No other registered programme has this id.',
        };
        throw invalid('invalid-input', 'The body has faults.', [fault]);
      }
      return { state: 'SUPERSEDED', successorId };
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
    const qualifications = await this.qualifications.known(
      tx,
      rows.flatMap(({ qualificationCode }) => qualificationCode ?? []),
    );
    return rows.map((row, at) => {
      const own = current[at];
      const modules = row.modules === undefined ? (own?.modules ?? []) : toModules(row.modules);
      const faults = [...(fields[at] ?? []), ...programmeFaults({ ...row, modules })];
      const { qualificationCode } = row;
      // One that it leads to already stays, whatever became of the qualification.
      const isNew = qualificationCode !== undefined && qualificationCode !== own?.qualificationCode;
      if (isNew && !qualifications.has(qualificationCode)) {
        const message = 'No qualification with this code is registered.';
        faults.push({ pointer: '/qualificationCode', code: 'UNKNOWN', message });
      }
      return faults.length > 0 ? faults : { modules, successorId: own?.successorId ?? null };
    });
  }
}

function mustNotBe({ state }: Programme, ended: 'SUPERSEDED' | 'DEREGISTERED'): void {
  if (state === ended)
    throw conflict(`programme-${ended.toLowerCase()}`, `The programme is ${ended.toLowerCase()} already.`);
}

function announceChange(before: Programme, after: Programme): Announcement {
  const { codeScheme, code } = before;
  if (codeScheme === after.codeScheme && code === after.code) return announce(ProgrammeChangedV1, stateOf(after));
  return announce(ProgrammeKeyChangedV1, { ...stateOf(after), previousCodeScheme: codeScheme, previousCode: code });
}

function stateOf(programme: Programme): ProgrammeRegisteredV1 {
  const { id, version, codeScheme, code, fieldCode, kind, eqfLevel, credits, state, successorId } = programme;
  const successor = successorId === null ? {} : { successorId };
  return { programmeId: id, version, codeScheme, code, fieldCode, kind, eqfLevel, credits, state, ...successor };
}
