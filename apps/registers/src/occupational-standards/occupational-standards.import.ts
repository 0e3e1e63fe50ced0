import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { ImportWorker } from '@meistras/platform/imports/import.worker';
import { RegisterOccupationalStandardDto } from './occupational-standards.dto.js';
import { OccupationalStandardsService } from './occupational-standards.service.js';

/** `kind=occupational-standards`. Competences come with NDJSON only: a cell of a CSV holds no list. */
@Injectable()
export class OccupationalStandardsImport implements OnModuleInit {
  constructor(
    private readonly worker: ImportWorker,
    private readonly occupationalStandards: OccupationalStandardsService,
  ) {}

  onModuleInit(): void {
    this.worker.register({
      name: 'occupational-standards',
      scope: 'registers.occupational-standards:write',
      row: RegisterOccupationalStandardDto,
      required: ['code', 'name', 'sector', 'approvedOn'],
      numbers: [],
      apply: (tx, rows, by) => this.occupationalStandards.register.storeAll(tx, rows, by.clientId),
    });
  }
}
