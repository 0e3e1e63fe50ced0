import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { ImportWorker } from '@meistras/platform/imports/import.worker';
import { RegisterProgrammeDto } from './programmes.dto.js';
import { ProgrammesService } from './programmes.service.js';

/** `kind=programmes`. Modules come with NDJSON only: a cell of a CSV holds no list. */
@Injectable()
export class ProgrammesImport implements OnModuleInit {
  constructor(
    private readonly worker: ImportWorker,
    private readonly programmes: ProgrammesService,
  ) {}

  onModuleInit(): void {
    this.worker.register({
      name: 'programmes',
      scope: 'registers.programmes:write',
      row: RegisterProgrammeDto,
      required: ['codeScheme', 'code', 'name', 'kind', 'fieldCode', 'eqfLevel', 'credits'],
      numbers: ['eqfLevel', 'credits'],
      apply: (tx, rows, by) => this.programmes.register.storeAll(tx, rows, by.clientId),
    });
  }
}
