import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import {
  OccupationalStandardChangedV1,
  OccupationalStandardRegisteredV1,
} from '@meistras/contracts/events/registers/occupational-standard';
import { conflict } from '@meistras/platform/errors/domain-error';
import { announce } from '@meistras/platform/outbox/outbox';
import type { By } from '../register/by.js';
import type { StatedTerms } from '../register/register.dto.js';
import type { Register } from '../register/register.js';
import { Registers } from '../register/registers.js';
import { OccupationalStandard } from './occupational-standard.entity.js';
import { competenceFaults } from './occupational-standard.rules.js';
import type { RegisterOccupationalStandardDto } from './occupational-standards.dto.js';

@Injectable()
export class OccupationalStandardsService {
  readonly register: Register<OccupationalStandard, RegisterOccupationalStandardDto>;

  constructor(registers: Registers) {
    this.register = registers.open({
      thing: 'occupational-standard',
      entity: OccupationalStandard,
      key: ['code'],
      keyTaken: 'occupational_standard_code_taken',
      firstState: 'REGISTERED',
      judge: (_, rows, current) =>
        Promise.resolve(
          rows.map((row, at) => {
            const competences = row.competences ?? current[at]?.competences ?? [];
            const faults = competenceFaults(competences);
            return faults.length > 0 ? faults : { competences: competences.map((each) => ({ ...each })) };
          }),
        ),
      announceNew: (entry) => announce(OccupationalStandardRegisteredV1, stateOf(entry)),
      announceChange: (_, entry) => announce(OccupationalStandardChangedV1, stateOf(entry)),
    });
  }

  deregister(id: string, terms: StatedTerms, by: By): Promise<OccupationalStandard> {
    return this.register.amend(id, terms, by, (_, { state }) => {
      if (state === 'DEREGISTERED')
        throw conflict('occupational-standard-deregistered', 'The standard is deregistered already.');
      return { state: 'DEREGISTERED' };
    });
  }

  /** Which of these codes are those of registered standards. */
  async known(tx: EntityManager, codes: string[]): Promise<Set<string>> {
    if (codes.length === 0) return new Set();
    const rows = await tx.find(OccupationalStandard, {
      where: { code: In(codes), state: 'REGISTERED' },
      select: { code: true },
    });
    return new Set(rows.map(({ code }) => code));
  }
}

function stateOf(standard: OccupationalStandard): OccupationalStandardRegisteredV1 {
  const { id, version, code, sector, approvedOn, state } = standard;
  return { occupationalStandardId: id, version, code, sector, approvedOn, state };
}
