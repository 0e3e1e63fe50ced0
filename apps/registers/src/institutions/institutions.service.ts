import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import {
  InstitutionChangedV1,
  InstitutionKeyChangedV1,
  InstitutionRegisteredV1,
} from '@meistras/contracts/events/registers/institution';
import { MunicipalReach } from '@meistras/platform/auth/municipal-reach';
import { conflict, invalid } from '@meistras/platform/errors/domain-error';
import type { Fault } from '@meistras/platform/errors/domain-error';
import { announce } from '@meistras/platform/outbox/outbox';
import type { Announcement } from '@meistras/platform/outbox/outbox';
import { ClassifiersService } from '../classifiers/classifiers.service.js';
import type { By, ByIfGiven } from '../register/by.js';
import type { Facts, Register } from '../register/register.js';
import type { StatedTerms } from '../register/register.dto.js';
import { Registers } from '../register/registers.js';
import { Institution } from './institution.entity.js';
import { assertMayEnter, stateAfter } from './institution.rules.js';
import type {
  CloseInstitutionDto,
  InstitutionFactsDto,
  RecodeInstitutionDto,
  RegisterInstitutionDto,
} from './institutions.dto.js';

const unknown = (pointer: string): Fault => ({ pointer, code: 'UNKNOWN', message: 'No such institution.' });

@Injectable()
export class InstitutionsService implements OnModuleInit {
  readonly register: Register<Institution, RegisterInstitutionDto>;

  constructor(
    registers: Registers,
    private readonly classifiers: ClassifiersService,
    private readonly municipal: MunicipalReach,
    private readonly dataSource: DataSource,
  ) {
    this.register = registers.open({
      thing: 'institution',
      entity: Institution,
      key: ['codeScheme', 'code'],
      keyTaken: 'institution_code_taken',
      firstState: 'REGISTERED',
      judge: (tx, rows, current) => this.judge(tx, rows, current),
      announceNew: (entry) => announce(InstitutionRegisteredV1, stateOf(entry)),
      announceChange,
    });
  }

  /** A municipality reaches the institutions that lie in it today, closed ones too (R-REG-18). */
  onModuleInit(): void {
    this.municipal.from(async (codes) => {
      const text = 'SELECT id FROM institution WHERE municipality_code = ANY($1)';
      const rows: { id: string }[] = await this.dataSource.query(text, [codes]);
      return rows.map(({ id }) => id);
    });
  }

  change(id: string, dto: InstitutionFactsDto, by: By): Promise<Institution> {
    assertMayEnter(by.actor, dto);
    return this.register.change(id, dto, entered(by));
  }

  put(row: RegisterInstitutionDto, by: ByIfGiven): Promise<{ entry: Institution; created: boolean }> {
    assertMayEnter(by.actor, row);
    return this.register.upsert(row, entered(by));
  }

  /** Closes an institution from a day on; a merger closes several with one successor, a split one with several. */
  close(id: string, dto: CloseInstitutionDto, by: By): Promise<Institution> {
    const successorIds = dto.successorIds ?? [];
    return this.register.amend(id, dto, entered(by), async (tx, entry) => {
      const state = stateAfter(entry.state, 'CLOSE');
      if (state === undefined) throw conflict('institution-closed', 'The institution is closed already.');
      const found = await known(tx, successorIds);
      const faults = successorIds
        .map((each, at) => ({ each, at }))
        .filter(({ each }) => each === id || !found.has(each))
        .map(({ at }) => unknown(`/successorIds/${at}`));
      if (faults.length > 0) throw invalid('invalid-input', 'The body has faults.', faults);
      return { state, successorIds };
    });
  }

  /** Announced as a change; what it ends in is a closure with successors, or the institution as it is from then on. */
  reorganise(id: string, terms: StatedTerms, by: By, act: 'REORGANISE' | 'END_REORGANISATION'): Promise<Institution> {
    return this.register.amend(id, terms, by, (_, entry) => {
      const state = stateAfter(entry.state, act);
      if (state === undefined) throw conflict('institution-state', `The institution is ${entry.state}.`);
      return { state };
    });
  }

  /** Gives an institution another code; the old one stays in its history, and the change feed names both (R-REG-31). */
  recode(id: string, { codeScheme, code, ...terms }: RecodeInstitutionDto, by: By): Promise<Institution> {
    return this.register.amend(id, terms, by, () => ({ codeScheme, code }));
  }

  private async judge(
    tx: EntityManager,
    rows: RegisterInstitutionDto[],
    current: (Institution | undefined)[],
  ): Promise<(Facts<Institution> | Fault[])[]> {
    const places = await this.classifiers.judgePlaces(tx, rows);
    const parents = await known(
      tx,
      rows.flatMap(({ parentId }) => parentId ?? []),
    );
    return rows.map(({ parentId }, at) => {
      const { faults = [], countyCode } = places[at] ?? {};
      const own = current[at];
      const orphan = parentId !== undefined && (parentId === own?.id || !parents.has(parentId));
      const all = [...faults, ...(orphan ? [unknown('/parentId')] : [])];
      return all.length > 0 ? all : { countyCode: countyCode ?? null, successorIds: own?.successorIds ?? [] };
    });
  }
}

function entered<T extends By | ByIfGiven>(by: T): T {
  return { ...by, mayChange: (entry) => assertMayEnter(by.actor, entry as Institution) };
}

async function known(tx: EntityManager, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await tx.find(Institution, { where: { id: In(ids) }, select: { id: true } });
  return new Set(rows.map(({ id }) => id));
}

function announceChange(before: Institution, after: Institution): Announcement {
  const { codeScheme, code } = before;
  if (codeScheme === after.codeScheme && code === after.code) return announce(InstitutionChangedV1, stateOf(after));
  return announce(InstitutionKeyChangedV1, { ...stateOf(after), previousCodeScheme: codeScheme, previousCode: code });
}

function stateOf(institution: Institution): InstitutionRegisteredV1 {
  const { id, version, codeScheme, code, state, countyCode, municipalityCode, successorIds } = institution;
  return {
    institutionId: id,
    version,
    codeScheme,
    code,
    // It teaches on while it is reorganised.
    state: state === 'CLOSED' ? state : 'REGISTERED',
    ...(state === 'REORGANISING' ? { isReorganising: true } : {}),
    ...(countyCode === null ? {} : { countyCode }),
    ...(municipalityCode === null ? {} : { municipalityCode }),
    ...(successorIds.length === 0 ? {} : { successorIds }),
  };
}
