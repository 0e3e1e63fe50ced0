import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { EmployerChangedV1, EmployerRegisteredV1 } from '@meistras/contracts/events/registers/employer';
import { conflict } from '@meistras/platform/errors/domain-error';
import type { Fault } from '@meistras/platform/errors/domain-error';
import { announce } from '@meistras/platform/outbox/outbox';
import { Clock } from '@meistras/platform/time/clock';
import { ClassifiersService } from '../classifiers/classifiers.service.js';
import type { By } from '../register/by.js';
import type { Facts, Register } from '../register/register.js';
import type { StatedTerms } from '../register/register.dto.js';
import { Registers } from '../register/registers.js';
import { Employer } from './employer.entity.js';
import { capacityOn, workplaceFaults } from './employer.rules.js';
import type { Workplace } from './employer.rules.js';
import type { RegisterEmployerDto } from './employers.dto.js';

@Injectable()
export class EmployersService {
  readonly register: Register<Employer, RegisterEmployerDto>;

  constructor(
    registers: Registers,
    private readonly classifiers: ClassifiersService,
    private readonly clock: Clock,
  ) {
    this.register = registers.open({
      thing: 'employer',
      entity: Employer,
      key: ['codeScheme', 'code'],
      keyTaken: 'employer_code_taken',
      firstState: 'REGISTERED',
      judge: (tx, rows, current) => this.judge(tx, rows, current),
      announceNew: (entry) => announce(EmployerRegisteredV1, this.stateOf(entry)),
      announceChange: (_, entry) => announce(EmployerChangedV1, this.stateOf(entry)),
    });
  }

  deregister(id: string, terms: StatedTerms, by: By): Promise<Employer> {
    return this.register.amend(id, terms, by, (_, { state }) => {
      if (state === 'DEREGISTERED') throw conflict('employer-deregistered', 'The employer is deregistered already.');
      return { state: 'DEREGISTERED' };
    });
  }

  private async judge(
    tx: EntityManager,
    rows: RegisterEmployerDto[],
    current: (Employer | undefined)[],
  ): Promise<(Facts<Employer> | Fault[])[]> {
    const places = await this.classifiers.judgePlaces(tx, rows);
    const stated = rows.map((row) => row.workplaces ?? []);
    const items = await this.itemFaults(tx, stated);
    return rows.map((row, at) => {
      const workplaces = row.workplaces ?? current[at]?.workplaces ?? [];
      const faults = [...(places[at]?.faults ?? []), ...workplaceFaults(workplaces), ...(items[at] ?? [])];
      return faults.length > 0 ? faults : { workplaces: workplaces.map((each) => ({ ...each })) };
    });
  }

  /** Places and fields of workplaces must be items of their code lists: two questions, however many rows. */
  private async itemFaults(tx: EntityManager, stated: Workplace[][]): Promise<Fault[][]> {
    const all = stated.flatMap((workplaces, row) =>
      workplaces.map((workplace, i) => ({ row, workplace, pointer: `/workplaces/${i}` })),
    );
    const codes = all.flatMap(({ row, workplace, pointer }) =>
      workplace.fieldCodes.map((code, i) => ({ row, code, pointer: `${pointer}/fieldCodes/${i}` })),
    );
    const places = await this.classifiers.judgePlaces(
      tx,
      all.map(({ workplace }) => workplace),
    );
    const fields = await this.classifiers.judgeFields(
      tx,
      codes.map(({ code }) => code),
    );
    const faults: Fault[][] = stated.map(() => []);
    all.forEach(({ row, pointer }, at) =>
      faults[row]?.push(
        ...(places[at]?.faults ?? []).map((fault) => ({ ...fault, pointer: `${pointer}${fault.pointer}` })),
      ),
    );
    codes.forEach(({ row, pointer }, at) =>
      faults[row]?.push(...(fields[at] ?? []).map((fault) => ({ ...fault, pointer }))),
    );
    return faults;
  }

  private stateOf({ id, version, codeScheme, code, state, workplaces }: Employer): EmployerRegisteredV1 {
    return { employerId: id, version, codeScheme, code, state, capacity: capacityOn(workplaces, this.clock.today()) };
  }
}
