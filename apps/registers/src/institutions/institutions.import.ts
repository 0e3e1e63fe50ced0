import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { ImportWorker } from '@meistras/platform/imports/import.worker';
import { RegisterInstitutionDto } from './institutions.dto.js';
import { InstitutionsService } from './institutions.service.js';

/** `kind=institutions`. A row with an invalid code is left aside and stays in the job's report (R-REG-05). */
@Injectable()
export class InstitutionsImport implements OnModuleInit {
  constructor(
    private readonly worker: ImportWorker,
    private readonly institutions: InstitutionsService,
  ) {}

  onModuleInit(): void {
    this.worker.register({
      name: 'institutions',
      scope: 'registers.institutions:write',
      row: RegisterInstitutionDto,
      required: ['codeScheme', 'code', 'name'],
      numbers: ['latitude', 'longitude'],
      apply: (tx, rows, by) => this.institutions.register.storeAll(tx, rows, by.clientId),
    });
  }
}
