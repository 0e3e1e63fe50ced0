import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { ImportWorker } from '@meistras/platform/imports/import.worker';
import { RegisterNonFormalProgrammeDto } from './non-formal-programmes.dto.js';
import { NonFormalProgrammesService } from './non-formal-programmes.service.js';

/** `kind=non-formal-programmes`. */
@Injectable()
export class NonFormalProgrammesImport implements OnModuleInit {
  constructor(
    private readonly worker: ImportWorker,
    private readonly programmes: NonFormalProgrammesService,
  ) {}

  onModuleInit(): void {
    this.worker.register({
      name: 'non-formal-programmes',
      scope: 'registers.non-formal-programmes:write',
      row: RegisterNonFormalProgrammeDto,
      required: ['code', 'name', 'purpose', 'providerScheme', 'providerCode', 'municipalityCode'],
      numbers: ['hours'],
      apply: (tx, rows, by) => this.programmes.register.storeAll(tx, rows, by.clientId),
    });
  }
}
